package org.jitalloc.arch.x86.decode;

/** The reasons why an instruction cannot be probed, relocated or covered by a jump. */
public enum ProbeRefusal {
  /** The address lies outside the function. */
  OUTSIDE("lies outside the function"),

  /** No instruction begins there. */
  MID_INSTRUCTION("lies inside an instruction"),

  /** The function, or the part of it before the address, does not decode. */
  UNDECODABLE("cannot be decoded"),

  /** INT3, INT1 or INT: another tool uses the address. */
  BREAKPOINT("is a breakpoint or software interrupt"),

  /** UD0, UD1 or UD2: its fault at this address has a meaning. */
  UNDEFINED("is an instruction that is undefined on purpose"),

  /** MOV to SS inhibits interrupts for the next instruction, which a probe would replace. */
  MASKS_EXCEPTIONS("masks exceptions for the instruction behind it"),

  /** Leaves the code segment, or returns from the kernel. */
  LEAVES_SEGMENT("goes to another code segment or privilege level"),

  /** Enters or leaves a virtual machine or an enclave. */
  VIRTUALIZATION("enters or leaves a virtual machine or an enclave"),

  /** 67 with a RIP-relative operand: the address is cut to 32 bits after the distance is added. */
  SHORT_ADDRESS("has a RIP-relative operand that is cut to 32 bits"),

  /** 66 with a branch, which processors of different vendors decode differently. */
  VENDOR_DEPENDENT("is a 16-bit branch, which processors read differently"),

  /** CALL RSP: the pushed address would change its target. */
  CALLS_THE_STACK("calls the address in RSP"),

  /** Its memory operand or target is more than 2 GiB away from the detour. */
  UNREACHABLE("cannot reach from there what it reaches from here"),

  /** There are not enough bytes behind it before the function ends. */
  TOO_SHORT("has too few bytes behind it for a jump"),

  /**
   * Only the last instruction under a jump may transfer control, else threads return into the
   * middle.
   */
  NOT_STRAIGHT("has an instruction that goes elsewhere among the bytes of a jump"),

  /** A branch of the function, or an entry from outside, leads into the bytes of the jump. */
  ENTERED("has a branch into the bytes of a jump"),

  /** The targets of an indirect jump are unknown, so it may lead into the bytes of the jump. */
  INDIRECT_JUMP("is in a function with an indirect jump, which may go into the bytes of a jump");

  private final String reason;

  ProbeRefusal(String reason) {
    this.reason = reason;
  }

  /**
   * Returns the reason in words.
   *
   * @return part of a sentence whose subject is the instruction or its address
   */
  public String reason() {
    return reason;
  }
}
