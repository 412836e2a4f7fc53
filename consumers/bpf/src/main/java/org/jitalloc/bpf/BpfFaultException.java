package org.jitalloc.bpf;

/** A run ended at an instruction that is not allowed to do what it wanted to. */
public final class BpfFaultException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final int instruction;
  private final String disassembly;
  private final long address;
  private final String allowed;

  /**
   * Makes the exception.
   *
   * @param program the name of the program
   * @param instruction the index of the instruction
   * @param disassembly the instruction as text
   * @param what what it wanted to do, with the address
   * @param address the address, or the number of the helper that is not there
   * @param allowed what would have been allowed
   */
  public BpfFaultException(
      String program,
      int instruction,
      String disassembly,
      String what,
      long address,
      String allowed) {
    super(
        "program %s, instruction %d: %s: %s; allowed: %s"
            .formatted(program, instruction, disassembly, what, allowed));
    this.instruction = instruction;
    this.disassembly = disassembly;
    this.address = address;
    this.allowed = allowed;
  }

  /** {@return the index of the instruction} */
  public int instruction() {
    return instruction;
  }

  /** {@return the instruction as text} */
  public String disassembly() {
    return disassembly;
  }

  /**
   * {@return the first address of the access; for a call, the number of the helper that is not
   * there}
   */
  public long address() {
    return address;
  }

  /** {@return what would have been allowed, for people} */
  public String allowed() {
    return allowed;
  }
}
