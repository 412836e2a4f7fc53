package org.jitalloc.arch.s390;

import java.util.Random;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.TextPokeTck;

class S390TextPokeTest extends TextPokeTck {
  private static final byte[] TRAP = {0x00, 0x6a};

  /** Instructions have these lengths by their first two bits. */
  private static final int[] LENGTHS = {2, 4, 4, 6};

  @Override
  protected Arch arch() {
    return new S390Arch();
  }

  @Override
  protected TextPoke poke() {
    return new S390TextPoke();
  }

  @Override
  protected boolean traps(byte[] unit) {
    return unit[0] == TRAP[0] && unit[1] == TRAP[1];
  }

  @Override
  protected int instructionBytes(byte[] unit, int siteBytes) {
    return LENGTHS[unit[0] >> 6 & 3];
  }

  /** A store of an aligned halfword is seen whole, and instructions are fetched by halfwords. */
  @Override
  protected boolean replaceableAtOnce(byte[] before, byte[] after) {
    int changed = 0;
    for (int i = 0; i < before.length; i += 2) {
      if (before[i] != after[i] || before[i + 1] != after[i + 1]) {
        changed++;
      }
    }
    return changed == 1;
  }

  @Override
  protected Change change(Random from) {
    int form = from.nextInt(4);
    var before = new byte[LENGTHS[form]];
    from.nextBytes(before);
    before[0] = (byte) (before[0] & 0x3f | form << 6);
    byte[] after = before.clone();
    int what = from.nextInt(4);
    if (what == 0) {
      after[1] ^= (byte) (from.nextInt(16) << 4);
    }
    if (what == 1) {
      after[from.nextInt(after.length)] ^= (byte) from.nextInt(64);
    }
    if (what > 1) {
      for (int b = 1; b < after.length; b++) {
        after[b] = (byte) from.nextInt(4);
      }
    }
    if (form == 0 && from.nextInt(4) == 0) {
      before = TRAP.clone();
    }
    if (form == 0 && from.nextInt(4) == 0) {
      after = TRAP.clone();
    }
    return new Change(before, after);
  }
}
