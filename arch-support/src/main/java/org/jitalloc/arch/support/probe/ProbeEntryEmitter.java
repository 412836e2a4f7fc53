package org.jitalloc.arch.support.probe;

import org.jitalloc.NativeThread;
import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;

/** Emits the steps of the entry that all detours of a target call. */
public interface ProbeEntryEmitter {

  /** {@return the assembler} */
  CodeWriter code();

  /** Saves all registers that functions may change, and those that a handler may change. */
  void save();

  /**
   * Stores errno in the frame. The handler may change it.
   *
   * @param location the address of the function that returns its address
   */
  void saveErrno(long location);

  /** Restores errno from the frame. Preserves the result of the handler. */
  void restoreErrno();

  /** Calls the handler with all arguments. */
  void callHandler();

  /**
   * Tests the result of the handler.
   *
   * @param unchanged the target if it is 0
   */
  void jumpIfUnchanged(Label unchanged);

  /** Replaces the saved registers by the values at the address that the handler returned. */
  void change();

  /** Restores the saved registers, and returns to the detour. */
  void restore();

  /**
   * Emits the entry.
   *
   * @param steps its steps
   * @param thread what the C library has for each thread
   * @return its code
   */
  static byte[] write(ProbeEntryEmitter steps, NativeThread thread) {
    var unchanged = new Label();
    steps.save();
    boolean hasErrno = thread.errnoLocation() != 0;
    if (hasErrno) {
      steps.saveErrno(thread.errnoLocation());
    }
    steps.callHandler();
    if (hasErrno) {
      steps.restoreErrno();
    }
    steps.jumpIfUnchanged(unchanged);
    steps.change();
    steps.code().bind(unchanged);
    steps.restore();
    return steps.code().finish();
  }
}
