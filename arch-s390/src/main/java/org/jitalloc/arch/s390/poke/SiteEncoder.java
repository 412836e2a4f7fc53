package org.jitalloc.arch.s390.poke;

import java.nio.ByteBuffer;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/** Encodes the instructions of patch sites. */
public final class SiteEncoder {
  /** The length of a patch site in bytes: a branch with a displacement of 32 bits. */
  public static final int SITE_BYTES = 6;

  /** {@code brcl 0,}, {@code brcl 15,} and {@code brasl %r14,}. */
  private static final short NOP = (short) 0xc004;

  private static final short JUMP = (short) 0xc0f4;
  private static final short CALL = (short) 0xc0e5;

  private static final int HALFWORD = 2;

  private SiteEncoder() {}

  /**
   * Encodes an instruction, as {@link org.jitalloc.arch.TextPoke#encode} specifies. Of raw bytes
   * only the length is checked: they must be one instruction.
   */
  public static byte[] encode(Instruction instruction, long address) {
    return switch (instruction) {
      case Instruction.Nop _ -> bytes(NOP, 0);
      case Instruction.Jump jump -> branch(JUMP, address, jump.target());
      case Instruction.Call call -> branch(CALL, address, call.target());
      case Instruction.Breakpoint _ -> new byte[] {0, 2};
      case Instruction.Raw raw -> checkLength(raw.bytes());
    };
  }

  /** {@return the length of an instruction, by its first two bits} */
  public static int length(byte first) {
    return switch (first >> 6 & 3) {
      case 0 -> 2;
      case 3 -> 6;
      default -> 4;
    };
  }

  /**
   * Encodes a branch.
   *
   * @param opcode its operation, with a register or a mask: the first halfword
   * @param address its address
   * @param target its target
   * @return its bytes
   * @throws JitAllocException UNREACHABLE if the target is out of reach, or odd
   */
  public static byte[] branch(short opcode, long address, long target) {
    long distance = target - address;
    long halfwords = distance >> 1;
    if (distance % 2 != 0 || halfwords != (int) halfwords) {
      throw new JitAllocException(
          Reason.UNREACHABLE,
          "a direct jump or call reaches even addresses within 4 GiB: from=0x%x to=0x%x distance=%d bytes"
              .formatted(address, target, distance));
    }
    return bytes(opcode, (int) halfwords);
  }

  private static byte[] bytes(short opcode, int displacement) {
    return ByteBuffer.allocate(SITE_BYTES).putShort(opcode).putInt(displacement).array();
  }

  /**
   * Tests whether bytes are one instruction, or one with a breakpoint in its first halfword:
   * breakpoints begin with a byte of 0, which does not determine the length.
   */
  static boolean isSite(byte[] bytes) {
    return switch (bytes.length) {
      case HALFWORD, 4, SITE_BYTES -> bytes[0] == 0 || bytes.length == length(bytes[0]);
      default -> false;
    };
  }

  /**
   * Checks that bytes are one instruction, or the first halfword of a longer one, which a trap may
   * replace.
   */
  private static byte[] checkLength(byte[] bytes) {
    if (bytes.length != HALFWORD && !isSite(bytes)) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST,
          "these bytes are not one z/Architecture instruction of 2, 4 or 6 bytes: bytes=%d firstByte=%s"
              .formatted(bytes.length, bytes.length == 0 ? "none" : "0x%02x".formatted(bytes[0])));
    }
    return bytes;
  }
}
