package org.jitalloc.arch.x86;

import java.util.Random;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.TextPokeTck;

class X86TextPokeTest extends TextPokeTck {
  private static final byte INT3 = (byte) 0xcc;
  private static final int MAX_BYTES = 15;

  @Override
  protected Arch arch() {
    return new X86Arch();
  }

  @Override
  protected TextPoke poke() {
    return new X86TextPoke();
  }

  @Override
  protected boolean traps(byte[] unit) {
    return unit[0] == INT3;
  }

  /** A site is one instruction. */
  @Override
  protected int instructionBytes(byte[] unit, int siteBytes) {
    return siteBytes;
  }

  /** Nothing but the change from and to INT3 is promised. */
  @Override
  protected boolean replaceableAtOnce(byte[] before, byte[] after) {
    return false;
  }

  @Override
  protected Change change(Random from) {
    var before = new byte[1 + from.nextInt(MAX_BYTES)];
    from.nextBytes(before);
    byte[] after = before.clone();
    int what = from.nextInt(4);
    if (what != 0) {
      after[0] ^= (byte) (1 + from.nextInt(255));
    }
    if (what != 1) {
      for (int b = 1; b < after.length; b++) {
        after[b] = (byte) from.nextInt(4);
      }
    }
    if (from.nextInt(8) == 0) {
      before[0] = INT3;
    }
    if (from.nextInt(8) == 0) {
      after[0] = INT3;
    }
    return new Change(before, after);
  }
}
