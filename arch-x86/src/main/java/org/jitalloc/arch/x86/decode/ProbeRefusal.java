package org.jitalloc.arch.x86.decode;

/** Why an instruction cannot be probed, moved or covered. */
public enum ProbeRefusal {
  /** The address lies outside the function. */
  OUTSIDE("lies outside the function"),

  /** No instruction begins there. */
  MID_INSTRUCTION("lies inside an instruction"),

  /** The function, or the part of it before the address, does not decode. */
  UNDECODABLE("cannot be decoded"),

  /** INT3, INT1 or INT: who put it there has plans of their own with the address. */
  BREAKPOINT("is a breakpoint or software interrupt"),

  /** UD0, UD1 or UD2: it is there to be refused at this very address. */
  UNDEFINED("is an instruction that is undefined on purpose"),

  /** MOV to SS keeps the next instruction from being interrupted, which then is not the next. */
  MASKS_EXCEPTIONS("masks exceptions for the instruction behind it"),

  /** Leaves the code segment, or returns from the kernel. */
  LEAVES_SEGMENT("goes to another code segment or privilege level"),

  /** Enters or leaves a virtual machine or an enclave. */
  VIRTUALIZATION("enters or leaves a virtual machine or an enclave"),

  /** 67 with a RIP-relative operand: the address is cut to 32 bits after the distance is added. */
  SHORT_ADDRESS("has a RIP-relative operand that is cut to 32 bits"),

  /** 66 with a branch, which processors of different vendors read differently. */
  VENDOR_DEPENDENT("is a 16-bit branch, which processors read differently"),

  /** CALL RSP: the address on the stack would change where it goes. */
  CALLS_THE_STACK("calls the address in RSP"),

  /** What it reads or where it goes is more than 2 GiB away from the other place. */
  UNREACHABLE("cannot reach from there what it reaches from here"),

  /** There are not enough bytes behind it before the function ends. */
  TOO_SHORT("has too few bytes behind it for a jump"),

  /**
   * Only the last instruction under a jump may go elsewhere, else threads come back to the middle.
   */
  NOT_STRAIGHT("has an instruction that goes elsewhere among the bytes of a jump"),

  /** A branch of the function, or something outside it, enters what the jump would cover. */
  ENTERED("has a branch into the bytes of a jump"),

  /** Where an indirect jump goes is not known, so it may go into what the jump would cover. */
  INDIRECT_JUMP("is in a function with an indirect jump, which may go into the bytes of a jump");

  private final String reason;

  ProbeRefusal(String reason) {
    this.reason = reason;
  }

  /**
   * Says it in words.
   *
   * @return part of a sentence: what the instruction or its address is or does
   */
  public String reason() {
    return reason;
  }
}
