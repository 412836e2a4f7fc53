package org.jitalloc.arch.s390.fixup;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jitalloc.arch.support.fixup.CodeRanges;

/**
 * Branches to a register through a thunk without speculation (arch/s390/ kernel/nospec-branch.c):
 * {@code brcl} or {@code brasl} to {@code exrl %r0,…}, which executes {@code br}.
 */
final class Expoline {
  /** The length of BRCL and BRASL, which branch to the thunk, in bytes. */
  static final int BRANCH_BYTES = 6;

  private static final int RIL = 0xc0;
  private static final int BRCL = 4;
  private static final int BRASL = 5;
  private static final byte EXRL = (byte) 0xc6;
  private static final byte BCR = 0x07;
  private static final byte BASR = 0x0d;
  private static final int ALWAYS = 0xf0;
  private static final int HALFWORD = 2;

  /** The padding after the replaced branch: BC with an empty mask. */
  private static final int NOP = 0x47000000;

  private Expoline() {}

  /** {@return the register of a branch through a thunk; -1 if it is no such branch} */
  static int register(CodeRanges code, long address) {
    Optional<byte[]> branch = code.bytes(address, BRANCH_BYTES);
    if (branch.isEmpty() || !isBranch(branch.get())) {
      return -1;
    }
    long thunk = target(branch.get(), address);
    Optional<byte[]> execute = code.bytes(thunk, BRANCH_BYTES);
    if (execute.isEmpty()
        || execute.get().length < BRANCH_BYTES
        || execute.get()[0] != EXRL
        || execute.get()[1] != 0) {
      return -1;
    }
    return code.bytes(target(execute.get(), thunk), HALFWORD)
        .filter(br -> br.length == HALFWORD && br[0] == BCR && (br[1] & ALWAYS) == ALWAYS)
        .map(br -> br[1] & 0xf)
        .orElse(-1);
  }

  private static boolean isBranch(byte[] code) {
    return code.length == BRANCH_BYTES
        && (code[0] & 0xff) == RIL
        && ((code[1] & 0xf) == BRCL || (code[1] & 0xf) == BRASL);
  }

  private static long target(byte[] code, long address) {
    return address + (long) HALFWORD * ByteBuffer.wrap(code).getInt(HALFWORD);
  }

  /**
   * Returns the branch without a thunk: {@code bcr} or {@code basr}.
   *
   * @param now the present bytes
   * @param register the register of the target
   * @return the new bytes; {@code now} if they are no branch to a thunk any more
   */
  static byte[] direct(byte[] now, int register) {
    if (!isBranch(now)) {
      return now;
    }
    byte operation = (now[1] & 0xf) == BRCL ? BCR : BASR;
    byte operands = (byte) (now[1] & 0xf0 | register);
    return ByteBuffer.allocate(BRANCH_BYTES).put(operation).put(operands).putInt(NOP).array();
  }
}
