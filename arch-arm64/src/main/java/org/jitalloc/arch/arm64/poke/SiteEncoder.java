package org.jitalloc.arch.arm64.poke;

import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/** Encodes the instructions of patch sites. */
public final class SiteEncoder {
  /** The length of a patch site: one instruction. */
  public static final int SITE_BYTES = PokedWord.BYTES;

  private SiteEncoder() {}

  /** Encodes an instruction, as {@link org.jitalloc.arch.TextPoke#encode} specifies. */
  public static byte[] encode(Instruction instruction, long address) {
    return switch (instruction) {
      case Instruction.Nop _ -> PokedWord.bytes(PokedWord.NOP);
      case Instruction.Jump jump ->
          PokedWord.bytes(PokedWord.jump(displacement(address, jump.target())));
      case Instruction.Call call ->
          PokedWord.bytes(PokedWord.call(displacement(address, call.target())));
      case Instruction.Breakpoint _ -> PokedWord.bytes(PokedWord.PROBE_BRK);
      case Instruction.Raw raw -> checkLength(raw.bytes());
    };
  }

  private static long displacement(long address, long target) {
    long displacement = target - address;
    boolean reaches =
        displacement >= -PokedWord.REACH_BYTES && displacement < PokedWord.REACH_BYTES;
    if (!reaches || displacement % PokedWord.BYTES != 0) {
      throw new JitAllocException(
          Reason.UNREACHABLE,
          "B and BL reach 128 MiB in steps of 4 bytes: from=0x%x to=0x%x distance=%d bytes"
              .formatted(address, target, displacement));
    }
    return displacement;
  }

  private static byte[] checkLength(byte[] bytes) {
    if (bytes.length != PokedWord.BYTES) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST,
          "an arm64 instruction has 4 bytes, and a thread may stand between two: poke them one by one: bytes=%d"
              .formatted(bytes.length));
    }
    return bytes;
  }
}
