package org.jitalloc.arch.x86.poke;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/** Encodes the instructions of patch sites. */
public final class SiteEncoder {
  /**
   * The length of a patch site in bytes: a direct call or jump with a displacement of four bytes.
   */
  public static final int SITE_BYTES = 5;

  /** The largest length of an instruction in bytes. */
  static final int MAX_INSTRUCTION_BYTES = 15;

  private static final byte[] NOP = {0x0f, 0x1f, 0x44, 0, 0};
  private static final byte INT3 = (byte) 0xcc;
  private static final byte CALL = (byte) 0xe8;
  private static final byte JUMP = (byte) 0xe9;

  private SiteEncoder() {}

  /**
   * Encodes an instruction, as {@link org.jitalloc.arch.TextPoke#encode} specifies. Raw bytes are
   * not checked: the caller ensures that they are one instruction.
   */
  public static byte[] encode(Instruction instruction, long address) {
    return switch (instruction) {
      case Instruction.Nop _ -> NOP.clone();
      case Instruction.Jump jump -> relative(JUMP, address, jump.target());
      case Instruction.Call call -> relative(CALL, address, call.target());
      case Instruction.Breakpoint _ -> new byte[] {INT3};
      case Instruction.Raw raw -> checkLength(raw.bytes());
    };
  }

  private static byte[] relative(byte opcode, long address, long target) {
    long displacement = target - (address + SITE_BYTES);
    if (displacement != (int) displacement) {
      throw new JitAllocException(
          Reason.UNREACHABLE,
          "a direct jump or call reaches 2 GiB: from=0x%x to=0x%x distance=%d bytes"
              .formatted(address, target, displacement));
    }
    return ByteBuffer.allocate(SITE_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(opcode)
        .putInt((int) displacement)
        .array();
  }

  private static byte[] checkLength(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_INSTRUCTION_BYTES) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST,
          "an x86 instruction has 1 to 15 bytes: bytes=%d".formatted(bytes.length));
    }
    return bytes;
  }
}
