package org.jitalloc.arch.support.probe;

import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;

/** Emits the steps of the entry that all detours of a target call. */
public interface ProbeEntryEmitter {

  /** {@return where they are emitted to} */
  CodeWriter code();

  /** Saves all registers that functions may change, and those that a handler may. */
  void save();

  /** Calls the handler with all numbers. */
  void callHandler();

  /**
   * Looks at what the handler returned.
   *
   * @param unchanged where to go if it is 0
   */
  void jumpIfUnchanged(Label unchanged);

  /** Replaces what was saved by the numbers at the address that the handler returned. */
  void change();

  /** Loads what was saved, and goes back to the detour. */
  void restore();

  /**
   * Emits the entry.
   *
   * @param steps its steps
   * @return its code
   */
  static byte[] write(ProbeEntryEmitter steps) {
    var unchanged = new Label();
    steps.save();
    steps.callHandler();
    steps.jumpIfUnchanged(unchanged);
    steps.change();
    steps.code().bind(unchanged);
    steps.restore();
    return steps.code().finish();
  }
}
