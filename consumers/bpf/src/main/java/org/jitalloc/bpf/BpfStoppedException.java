package org.jitalloc.bpf;

import java.util.Objects;

/**
 * A run was stopped before it ended. What the program has written until then stays written. {@link
 * BpfProgram#run} says where a run can be stopped.
 */
public final class BpfStoppedException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final int instruction;
  private final Reason reason;

  /** What stopped a run. */
  public enum Reason {
    /** The thread of the run was interrupted; its interrupt status is still set. */
    INTERRUPTED,
    /** The run took longer than its {@link BpfLoadOptions#timeLimit}. */
    TIME_LIMIT,
    /** The run took more steps than its {@link BpfLoadOptions#stepLimit}. */
    STEP_LIMIT,
    /** The program was {@linkplain BpfProgram#closeForcibly closed forcibly}. */
    CLOSED
  }

  /**
   * Makes the exception.
   *
   * @param program the name of the program
   * @param instruction the index of the instruction before which the run ended
   * @param reason what stopped the run
   * @param detail the same for people, with the value of the limit
   */
  public BpfStoppedException(String program, int instruction, Reason reason, String detail) {
    super("program %s, stopped at instruction %d: %s".formatted(program, instruction, detail));
    this.instruction = instruction;
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** {@return the index of the instruction before which the run ended} */
  public int instruction() {
    return instruction;
  }

  /** {@return what stopped the run} */
  public Reason reason() {
    return reason;
  }
}
