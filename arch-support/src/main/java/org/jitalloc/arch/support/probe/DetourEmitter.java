package org.jitalloc.arch.support.probe;

import java.util.List;

/** Emits the steps of one detour at a known address. */
public interface DetourEmitter {

  /**
   * Increments counters atomically. Preserves all registers and flags, and memory except the part
   * below the stack pointer that may be changed.
   *
   * @param counters their addresses, at least one
   */
  void count(List<Long> counters);

  /**
   * Calls the entry. Preserves the same state as {@link #count}.
   *
   * @param id the first argument of the handler
   */
  void callHandler(int id);

  /**
   * Appends code with the effect of instructions at their original address.
   *
   * @param code the instructions; not to be modified
   * @param from their address
   * @return whether the code falls through where the instructions would
   */
  boolean move(byte[] code, long from);

  /**
   * Jumps.
   *
   * @param target the target
   */
  void jump(long target);

  /** Calls the entry with 0, and returns to the top of the stack, which the handler has set. */
  void takeReturn();

  /** {@return the code} */
  byte[] finish();
}
