package org.jitalloc.arch.toy;

import java.util.Arrays;
import java.util.Random;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.TextPokeTck;

class ToyTextPokeTest extends TextPokeTck {
  /** The ratio of sites to those that are pairs of words. */
  private static final int PAIRS = 8;

  /** The ratio of pairs to those of which both words change: the toy refuses the batch then. */
  private static final int RACY_PAIRS = 20;

  @Override
  protected Arch arch() {
    return new ToyArch();
  }

  @Override
  protected TextPoke poke() {
    return new ToyTextPoke();
  }

  @Override
  protected boolean traps(byte[] unit) {
    return ToyWord.operation(unit) == ToyWord.TRAP;
  }

  @Override
  protected boolean replaceableAtOnce(byte[] before, byte[] after) {
    return ToyTextPoke.atOnce(before, after);
  }

  @Override
  protected Change change(Random from) {
    if (from.nextInt(PAIRS) != 0) {
      return new Change(instruction(from), instruction(from));
    }
    byte[] before = pair(instruction(from), instruction(from));
    byte[] after = pair(instruction(from), instruction(from));
    int what = from.nextInt(RACY_PAIRS);
    if (what != 0) {
      int same = what % 2 * ToyWord.BYTES;
      System.arraycopy(before, same, after, same, ToyWord.BYTES);
    }
    return new Change(before, after);
  }

  private static byte[] pair(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, 2 * ToyWord.BYTES);
    System.arraycopy(second, 0, both, ToyWord.BYTES, ToyWord.BYTES);
    return both;
  }

  private static byte[] instruction(Random from) {
    int operation = from.nextBoolean() ? from.nextInt(ToyWord.RESULT) : ToyWord.FIRST_OTHER;
    return ToyWord.bytes(ToyWord.of(operation, from.nextInt()));
  }
}
