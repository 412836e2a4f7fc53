package org.jitalloc.arch.x86.decode;

/** What came of decoding: an instruction, or why there is none. */
public enum Outcome {
  /** There is an instruction. */
  DECODED("is an instruction"),

  /** The code ends inside the instruction. */
  TRUNCATED("the code ends inside the instruction"),

  /** The processor refuses what is longer than {@link DecodedInstruction#MAX_BYTES}. */
  TOO_LONG("the instruction is longer than 15 bytes"),

  /** No such opcode, or not with these prefixes or operands. */
  UNDEFINED("there is no such instruction"),

  /** LOCK in front of what cannot be locked. */
  NOT_LOCKABLE("LOCK stands before an instruction that does not take it"),

  /** 66, F2, F3, LOCK or REX in front of a VEX, XOP or EVEX prefix. */
  PREFIX_BEFORE_VECTOR("66, F2, F3, LOCK or REX stands before a VEX, XOP or EVEX prefix"),

  /**
   * 66 in front of a near branch with a 32-bit displacement: one vendor's processors read a 16-bit
   * displacement then, the other's do not. So nobody can say how long it is.
   */
  VENDOR_DEPENDENT("66 stands before a near branch, which processors read differently");

  private final String reason;

  Outcome(String reason) {
    this.reason = reason;
  }

  /**
   * Says it in words.
   *
   * @return part of a sentence
   */
  public String reason() {
    return reason;
  }
}
