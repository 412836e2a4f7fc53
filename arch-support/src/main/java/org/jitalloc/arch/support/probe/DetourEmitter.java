package org.jitalloc.arch.support.probe;

import java.util.List;

/** Emits the steps of one detour, which is at a known address. */
public interface DetourEmitter {

  /**
   * Adds one to numbers, atomically. Nothing else is changed but what is below the stack pointer
   * and may be.
   *
   * @param counters their addresses, at least one
   */
  void count(List<Long> counters);

  /**
   * Calls the entry. Nothing is changed but what is below the stack pointer and may be.
   *
   * @param id what the handler is told
   */
  void callHandler(int id);

  /**
   * Appends code that does what instructions do at their own place.
   *
   * @param code the instructions; not to be modified
   * @param from their address
   * @return whether it goes on behind what was appended, where they would behind themselves
   */
  boolean move(byte[] code, long from);

  /**
   * Goes on elsewhere.
   *
   * @param target where
   */
  void jump(long target);

  /** Calls the entry with 0, then goes on at the top of the stack, which the handler has given. */
  void takeReturn();

  /** {@return all that was emitted} */
  byte[] finish();
}
