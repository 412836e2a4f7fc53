package org.jitalloc.arch.x86.decode;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tests which instructions can be probed, without symbols and black lists. Pure functions, for any
 * thread.
 */
public final class Probes {
  /** The length of a slot of the kernel, which contains the instruction and a jump back. */
  private static final int KERNEL_SLOT_BYTES = 15;

  private static final int JUMP_BYTES = 5;

  private Probes() {}

  /**
   * Tests an address of a function.
   *
   * @param code contains the function
   * @param start the index of its first byte
   * @param sweep the result of {@link Sweep#of}
   * @param offset the offset of the probe from the start of the function
   * @return the refusal; empty if it can be probed
   */
  public static Optional<ProbeRefusal> check(byte[] code, int start, Sweep sweep, int offset) {
    if (offset < 0 || offset >= sweep.bytes()) {
      return Optional.of(ProbeRefusal.OUTSIDE);
    }
    if (offset >= sweep.end()) {
      return Optional.of(ProbeRefusal.UNDECODABLE);
    }
    if (!sweep.starts().get(offset)) {
      return Optional.of(ProbeRefusal.MID_INSTRUCTION);
    }
    var instruction = new DecodedInstruction();
    Decoder.decode(code, start + offset, start + sweep.bytes(), instruction);
    return check(instruction);
  }

  /**
   * Tests an instruction.
   *
   * @param i the decoded instruction
   * @return the refusal; empty if it can be probed
   */
  public static Optional<ProbeRefusal> check(DecodedInstruction i) {
    return Optional.ofNullable(
        switch (i.flow()) {
          case INTERRUPT -> ProbeRefusal.BREAKPOINT;
          case UNDEFINED -> ProbeRefusal.UNDEFINED;
          case FAR, FAR_RETURN, SYSTEM_ENTER -> ProbeRefusal.LEAVES_SEGMENT;
          case VIRTUALIZATION -> ProbeRefusal.VIRTUALIZATION;
          case INDIRECT_CALL -> indirectCall(i);
          case CONDITIONAL, LOOP, RCX_ZERO, JUMP, CALL, INDIRECT_JUMP, RETURN, TRANSACTION ->
              branch(i);
          case NEXT, HALT, SYSTEM_CALL -> straight(i);
        });
  }

  private static @Nullable ProbeRefusal straight(DecodedInstruction i) {
    boolean movesToStackSegment = i.isLegacy(0, 0x8e) && i.reg() == 2;
    if (movesToStackSegment) {
      return ProbeRefusal.MASKS_EXCEPTIONS;
    }
    return isShortAddress(i) ? ProbeRefusal.SHORT_ADDRESS : null;
  }

  private static @Nullable ProbeRefusal branch(DecodedInstruction i) {
    boolean is16Bit = i.hasPrefix(DecodedInstruction.OPERAND_SIZE) && i.w == 0;
    if (is16Bit) {
      return ProbeRefusal.VENDOR_DEPENDENT;
    }
    return isShortAddress(i) ? ProbeRefusal.SHORT_ADDRESS : null;
  }

  private static @Nullable ProbeRefusal indirectCall(DecodedInstruction i) {
    boolean stack = i.mod() == 3 && i.rm() == 4 && (i.rex & 1) == 0;
    return stack ? ProbeRefusal.CALLS_THE_STACK : branch(i);
  }

  private static boolean isShortAddress(DecodedInstruction i) {
    return i.hasPrefix(DecodedInstruction.ADDRESS_SIZE) && i.isRipRelative();
  }

  /**
   * Tests whether the kernel would boost it: execute a copy in a slot with a jump back, instead of
   * a single step. It must fall through, and the slot must have space for the jump.
   *
   * @param i the decoded instruction
   * @return whether it needs no second breakpoint
   */
  public static boolean isBoostable(DecodedInstruction i) {
    boolean plain = i.flow() == ControlTransfer.NEXT && check(i).isEmpty();
    boolean prefixes = i.hasPrefix(DecodedInstruction.CS | DecodedInstruction.ADDRESS_SIZE);
    if (!plain || prefixes || i.length() > KERNEL_SLOT_BYTES - JUMP_BYTES) {
      return false;
    }
    if (i.encoding != Encoding.LEGACY) {
      return i.encoding == Encoding.VEX;
    }
    return switch (i.map) {
      case 0 -> isPrimaryBoostable(i);
      // Not system instructions: descriptor tables, control, debug and model-specific registers.
      case 1 -> i.opcode >= 0x0d && (i.opcode & 0xf8) != 0x20 && (i.opcode & 0xf8) != 0x30;
      default -> true;
    };
  }

  /** Not x87, which stores its address, nor instructions that change or read the interrupt flag. */
  private static boolean isPrimaryBoostable(DecodedInstruction i) {
    return switch (i.opcode) {
      case 0x9c, 0x9d, 0xfa, 0xfb -> false;
      default -> (i.opcode & 0xf8) != 0xd8;
    };
  }
}
