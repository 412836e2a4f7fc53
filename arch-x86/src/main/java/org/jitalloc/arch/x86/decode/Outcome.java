package org.jitalloc.arch.x86.decode;

/** The outcome of decoding: an instruction, or the reason why there is none. */
public enum Outcome {
  /** There is an instruction. */
  DECODED("is an instruction"),

  /** The code ends inside the instruction. */
  TRUNCATED("the code ends inside the instruction"),

  /** The instruction is longer than {@link DecodedInstruction#MAX_BYTES}. */
  TOO_LONG("the instruction is longer than 15 bytes"),

  /** The opcode is undefined, or not defined with these prefixes or operands. */
  UNDEFINED("there is no such instruction"),

  /** LOCK precedes an instruction that does not take it. */
  NOT_LOCKABLE("LOCK stands before an instruction that does not take it"),

  /** 66, F2, F3, LOCK or REX precedes a VEX, XOP or EVEX prefix. */
  PREFIX_BEFORE_VECTOR("66, F2, F3, LOCK or REX stands before a VEX, XOP or EVEX prefix"),

  /**
   * 66 precedes a near branch with a 32-bit displacement: processors of AMD read a 16-bit
   * displacement then, those of Intel do not. So its length is unknown.
   */
  VENDOR_DEPENDENT("66 stands before a near branch, which processors read differently");

  private final String reason;

  Outcome(String reason) {
    this.reason = reason;
  }

  /**
   * Returns the reason in words.
   *
   * @return part of a sentence
   */
  public String reason() {
    return reason;
  }
}
