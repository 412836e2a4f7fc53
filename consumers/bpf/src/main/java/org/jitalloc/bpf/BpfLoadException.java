package org.jitalloc.bpf;

/** A program breaks a rule; nothing was loaded. */
public final class BpfLoadException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final int instruction;
  private final String disassembly;
  private final String reason;

  /**
   * Makes the exception for one instruction.
   *
   * @param instruction the index of the instruction
   * @param disassembly the instruction as text, with its bytes
   * @param reason the rule, and what breaks it
   */
  public BpfLoadException(int instruction, String disassembly, String reason) {
    super("instruction %d: %s: %s".formatted(instruction, disassembly, reason));
    this.instruction = instruction;
    this.disassembly = disassembly;
    this.reason = reason;
  }

  /**
   * Makes the exception for the program as a whole.
   *
   * @param reason the rule, and what breaks it
   */
  public BpfLoadException(String reason) {
    super("program: " + reason);
    this.instruction = -1;
    this.disassembly = "";
    this.reason = reason;
  }

  /** {@return the index of the instruction; -1 if it is about the program as a whole} */
  public int instruction() {
    return instruction;
  }

  /**
   * {@return the instruction as text, with its bytes; empty if it is about the program as a whole}
   */
  public String disassembly() {
    return disassembly;
  }

  /** {@return the rule, and what breaks it} */
  public String reason() {
    return reason;
  }
}
