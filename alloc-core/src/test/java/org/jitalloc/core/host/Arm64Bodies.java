package org.jitalloc.core.host;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Machine code for arm64. */
final class Arm64Bodies implements Bodies {

  private static final int RET = 0xd65f03c0;

  private static byte[] words(int... words) {
    ByteBuffer code = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      code.putInt(word);
    }
    return code.array();
  }

  /** Loads X16 with a constant: movz and three movk. */
  private static byte[] constant(long number) {
    int[] moves = {0xd2800010, 0xf2a00010, 0xf2c00010, 0xf2e00010};
    for (int i = 0; i < moves.length; i++) {
      moves[i] |= ((int) (number >>> 16 * i) & 0xffff) << 5;
    }
    return words(moves);
  }

  @Override
  public byte[] callerStart() {
    return words(0xa9bf7bfd, 0x52800000); // stp x29, x30, [sp, #-16]!; mov w0, #0
  }

  @Override
  public byte[] callerEnd() {
    return words(0xa8c17bfd, RET); // ldp x29, x30, [sp], #16
  }

  @Override
  public byte[] addOne() {
    return words(0x11000400, RET); // add w0, w0, #1
  }

  @Override
  public byte[] addMany() {
    return words(0x11404000, RET); // add w0, w0, #16, lsl #12
  }

  @Override
  public byte[] returns() {
    return words(RET);
  }

  @Override
  public Change changeOverTrap() {
    return new Change(words(0x52800020), words(0x52800040)); // mov w0, #1 or #2
  }

  /** X2 points to the ucontext. A BRK does not advance the PC there, so the handler does. */
  @Override
  public byte[] countingHandler(long counter) {
    return Bodies.join(
        constant(counter),
        words(
            0xf9400209, // ldr x9, [x16]
            0x91000529, // add x9, x9, #1
            0xf9000209, // str x9, [x16]
            0xb9400829, // ldr w9, [x1, #8]: si_code
            0x7100013f, // cmp w9, #0
            0x5400008d, // b.le the RET: kill or raise has sent the signal
            0xf940dc49, // ldr x9, [x2, #440]: the PC
            0x91001129, // add x9, x9, #4
            0xf900dc49, // str x9, [x2, #440]
            RET));
  }

  @Override
  public byte[] sumOfMixedArguments() {
    return words(0x9e620000, 0x1e612800, RET); // scvtf d0, x0; fadd d0, d0, d1
  }

  @Override
  public byte[] waits() {
    return words(
        0x52800021, // mov w1, #1
        0xb9000001, // str w1, [x0]
        0xb9400401, // ldr w1, [x0, #4]
        0x34ffffe1, // cbz w1, the load
        0x528000e0, // mov w0, #7
        RET);
  }

  @Override
  public byte[] jumpsTo(long target) {
    return Bodies.join(constant(target), words(0xd61f0200)); // br x16
  }
}
