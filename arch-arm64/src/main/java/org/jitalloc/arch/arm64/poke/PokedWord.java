package org.jitalloc.arch.arm64.poke;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Properties of instructions for poking. */
final class PokedWord {
  static final int BYTES = 4;
  static final int NOP = 0xd503201f;

  /**
   * The BRK at a site while it is changed. Its number has no meaning in Linux (4 to 7 probes, 0x100
   * fill, 0x400 debugger, 0x800 and 0x900 bugs, 0x5500 and 0x8000 sanitizers), and is not one of
   * the small numbers that compilers emit for unreachable code.
   */
  static final int OUR_BRK = 0xd4200000 | 0x4a17 << 5;

  /** The BRK of the kernel's probes. */
  static final int PROBE_BRK = 0xd4200000 | 4 << 5;

  static final int BRK_MASK = 0xffe0001f;
  static final int BRK = 0xd4200000;

  private static final int BRANCH_MASK = 0xfc000000;
  private static final int B = 0x14000000;
  private static final int BL = 0x94000000;
  private static final int SVC = 0xd4000001;
  private static final int HVC = 0xd4000002;
  private static final int SMC = 0xd4000003;
  private static final int ISB_MASK = 0xfffff0ff;
  private static final int ISB = 0xd50330df;
  private static final int RET_MASK = 0xfffffc1f;
  private static final int RET = 0xd65f0000;

  private static final int DISPLACEMENT_BITS = 26;

  /** The reach of B and BL in bytes, forward (exclusive) and backward. */
  static final long REACH_BYTES = 128L << 20;

  private PokedWord() {}

  static int of(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  static byte[] bytes(int word) {
    return ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(word).array();
  }

  static int jump(long displacement) {
    return B | displacementField(displacement);
  }

  static int call(long displacement) {
    return BL | displacementField(displacement);
  }

  private static int displacementField(long displacement) {
    return (int) (displacement / BYTES) & (1 << DISPLACEMENT_BITS) - 1;
  }

  static boolean isJump(int word) {
    return (word & BRANCH_MASK) == B;
  }

  static boolean isCall(int word) {
    return (word & BRANCH_MASK) == BL;
  }

  /** {@return the distance of a jump or call in bytes} */
  static long displacement(int word) {
    int unused = Integer.SIZE - DISPLACEMENT_BITS;
    return (long) (word << unused >> unused) * BYTES;
  }

  static boolean isBreakpoint(int word) {
    return (word & BRK_MASK) == BRK;
  }

  /** {@return whether an instruction is a return by any register} */
  static boolean isReturn(int word) {
    return (word & RET_MASK) == RET;
  }

  /** {@return the register of a return} */
  static int returnRegister(int word) {
    return word >> 5 & 0x1f;
  }

  /**
   * {@return whether the architecture allows to replace an instruction by another of its kind while
   * other processors execute it (Arm ARM, B2.2.5)}
   */
  static boolean isReplaceable(int word) {
    int exception = word & BRK_MASK;
    return isJump(word)
        || isCall(word)
        || word == NOP
        || exception == BRK
        || exception == SVC
        || exception == HVC
        || exception == SMC
        || (word & ISB_MASK) == ISB;
  }
}
