package org.jitalloc.arch.s390.trace;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.trace.Patch;

/** The six bytes of a site: one instruction with a displacement in halfwords. */
final class Site {
  static final int BYTES = 6;
  static final int ALIGN_BYTES = 2;

  /** From -2^31 to 2^31 - 1 halfwords. */
  static final long REACH_BYTES = 4L << 30;

  /** {@code brcl 0,}, {@code brcl 15,}, {@code brasl %r0,} and {@code brasl %r1,}. */
  static final short NEVER = (short) 0xc004;

  static final short ALWAYS = (short) 0xc0f4;
  static final short CALL_R0 = (short) 0xc005;
  static final short CALL_R1 = (short) 0xc015;

  private Site() {}

  /** The instruction with an operation, at an address, to a target. */
  static byte[] branch(short operation, long address, long target) {
    long distance = target - address;
    long halfwords = distance >> 1;
    if (distance % 2 != 0 || halfwords != (int) halfwords) {
      throw new JitAllocException(
          Reason.UNREACHABLE,
          "a site reaches even addresses within 4 GiB: from=0x%x to=0x%x distance=%d bytes"
              .formatted(address, target, distance));
    }
    return ByteBuffer.allocate(BYTES).putShort(operation).putInt((int) halfwords).array();
  }

  /** {@code brcl 0,.}: what -mnop-mcount leaves. */
  static byte[] nop() {
    return branch(NEVER, 0, 0);
  }

  /** What compilers leave with -mfentry: the NOP, or with -mno-nop-mcount brasl %r0,__fentry__. */
  static OptionalLong find(long recorded, byte[] code) {
    boolean found = recorded % ALIGN_BYTES == 0 && code.length >= BYTES && isSite(code);
    return found ? OptionalLong.of(recorded) : OptionalLong.empty();
  }

  private static boolean isSite(byte[] code) {
    return Arrays.equals(code, 0, BYTES, nop(), 0, BYTES)
        || ByteBuffer.wrap(code).getShort() == CALL_R0;
  }

  static void check(long address, byte[] compiled) {
    if (compiled.length != BYTES || !isSite(compiled)) {
      throw new JitAllocException(
          Reason.TEXT_MISMATCH,
          "at 0x%x: expected brcl 0,. or brasl %%r0, found %s"
              .formatted(address, HexFormat.of().formatHex(compiled)));
    }
  }

  static Patch instruction(long address, byte[] before, byte[] after) {
    return new Patch(Patch.Kind.INSTRUCTION, address, before, after);
  }
}
