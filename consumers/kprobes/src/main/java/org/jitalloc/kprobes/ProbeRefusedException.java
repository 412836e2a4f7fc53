package org.jitalloc.kprobes;

import org.jitalloc.RefusedException;

/** A probe that cannot be. Nothing was changed. */
public final class ProbeRefusedException extends RefusedException {
  private static final long serialVersionUID = 1L;

  /** Why a probe is refused. */
  public enum Reason {
    /** The address is in no text that was handed in, or in no function of it. */
    NOT_TEXT,
    /** There is no function of that name. */
    NO_SYMBOL,
    /** The address is in code that probes or tracers themselves use. */
    TRACER,
    /** The function is on the black list. */
    BLACKLISTED,
    /** The instruction there cannot be probed, or none begins there. */
    INSTRUCTION,
    /** A handler behind an instruction that goes elsewhere, a return probe inside a function. */
    WRONG_KIND
  }

  private final Reason reason;

  /**
   * Makes it.
   *
   * @param reason why
   * @param message with the values, and what to do
   */
  public ProbeRefusedException(Reason reason, String message) {
    super(reason + ": " + message);
    this.reason = reason;
  }

  /** {@return why} */
  public Reason reason() {
    return reason;
  }
}
