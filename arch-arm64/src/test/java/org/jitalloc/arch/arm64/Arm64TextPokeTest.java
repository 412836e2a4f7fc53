package org.jitalloc.arch.arm64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.TextPokeTck;

class Arm64TextPokeTest extends TextPokeTck {
  private static final int BRK = 0xd4200000;
  private static final int BRK_MASK = 0xffe0001f;
  private static final int NOP = 0xd503201f;

  /** One of each kind that may be replaced at once, then others. */
  private static final int[] WORDS = {
    NOP,
    0x14000002,
    0x97fffffe,
    0xd4200020,
    0xd5033fdf,
    0xd4000001,
    0xd4000002,
    0xd4000003,
    0xd65f03c0,
    0xd2800020,
    0x54000040,
    0xb4000041,
    0xd61f0200
  };

  @Override
  protected Arch arch() {
    return new Arm64Arch();
  }

  @Override
  protected TextPoke poke() {
    return new Arm64TextPoke();
  }

  @Override
  protected boolean traps(byte[] unit) {
    return (word(unit) & BRK_MASK) == BRK;
  }

  /** Arm ARM, B2.2.5, Concurrent modification and execution of instructions. */
  @Override
  protected boolean replaceableAtOnce(byte[] before, byte[] after) {
    return isListed(word(before)) && isListed(word(after));
  }

  private static boolean isListed(int word) {
    boolean branch = (word & 0x7c000000) == 0x14000000;
    boolean isb = (word & 0xfffff0ff) == 0xd50330df;
    int exception = word & BRK_MASK;
    return branch
        || isb
        || word == NOP
        || exception == BRK
        || exception >= 0xd4000001 && exception <= 0xd4000003;
  }

  @Override
  protected Change change(Random from) {
    return new Change(
        bytes(WORDS[from.nextInt(WORDS.length)]), bytes(WORDS[from.nextInt(WORDS.length)]));
  }

  private static int word(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private static byte[] bytes(int word) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(word).array();
  }
}
