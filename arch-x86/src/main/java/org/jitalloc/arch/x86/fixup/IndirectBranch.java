package org.jitalloc.arch.x86.fixup;

import java.util.Arrays;
import java.util.HexFormat;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.x86.asm.Padding;

/** Replaces branches to thunks by indirect branches. */
final class IndirectBranch {
  private static final byte[] LFENCE = {0x0f, (byte) 0xae, (byte) 0xe8};
  private static final int CS_PREFIX = 0x2e;
  private static final int CALL = 0xe8;
  private static final int JUMP = 0xe9;
  private static final int REX_B = 0x41;
  private static final int INDIRECT = 0xff;
  private static final int INDIRECT_CALL = 0xd0;
  private static final int INDIRECT_JUMP = 0xe0;
  private static final int INT3 = 0xcc;
  private static final int SHORT_CONDITIONAL = 0x70;

  private IndirectBranch() {}

  /**
   * Returns an indirect branch without a thunk.
   *
   * @param fixup the location
   * @param now a CALL, a JMP or a conditional jump to a thunk
   * @param fence whether LFENCE precedes the branch
   * @return the new bytes; {@code now} if the branch is too long, as in the kernel
   */
  static byte[] make(CodeFixup fixup, byte[] now, boolean fence) {
    int at = (now[0] & 0xff) == CS_PREFIX ? 1 : 0;
    int opcode = now[at] & 0xff;
    int register = (int) fixup.other();
    if (opcode == CALL && now.length == at + 5) {
      return call(branch(INDIRECT_CALL, register, fence), now);
    }
    if (opcode == JUMP && now.length == at + 5) {
      return jump(branch(INDIRECT_JUMP, register, fence), now);
    }
    if (opcode == 0x0f && (now[at + 1] & 0xf0) == 0x80 && now.length == at + 6) {
      return conditional(now[at + 1] & 0xf, branch(INDIRECT_JUMP, register, fence), now);
    }
    throw new IllegalArgumentException(
        "0x%x: neither a call nor a jump to a thunk: %s"
            .formatted(fixup.address(), HexFormat.of().formatHex(now)));
  }

  private static byte[] branch(int operation, int register, boolean fence) {
    var code = new byte[LFENCE.length + 3];
    int length = 0;
    if (fence) {
      System.arraycopy(LFENCE, 0, code, 0, LFENCE.length);
      length = LFENCE.length;
    }
    if (register >= 8) {
      code[length++] = (byte) REX_B;
    }
    code[length++] = (byte) INDIRECT;
    code[length++] = (byte) (operation | register & 7);
    return Arrays.copyOf(code, length);
  }

  private static byte[] call(byte[] branch, byte[] now) {
    if (branch.length > now.length) {
      return now;
    }
    byte[] code = Arrays.copyOf(branch, now.length);
    byte[] padding = Padding.nops(now.length - branch.length);
    System.arraycopy(padding, 0, code, branch.length, padding.length);
    return code;
  }

  private static byte[] jump(byte[] branch, byte[] now) {
    if (branch.length > now.length) {
      return now;
    }
    byte[] code = Arrays.copyOf(branch, now.length);
    Arrays.fill(code, branch.length, code.length, (byte) INT3);
    return code;
  }

  /** {@return a short jump over the indirect branch if the condition does not hold} */
  private static byte[] conditional(int condition, byte[] branch, byte[] now) {
    if (2 + branch.length > now.length) {
      return now;
    }
    var code = new byte[now.length];
    Arrays.fill(code, (byte) INT3);
    code[0] = (byte) (SHORT_CONDITIONAL | condition ^ 1);
    code[1] = (byte) (now.length - 2);
    System.arraycopy(branch, 0, code, 2, branch.length);
    return code;
  }
}
