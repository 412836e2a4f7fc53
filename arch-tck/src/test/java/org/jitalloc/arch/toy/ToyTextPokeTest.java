package org.jitalloc.arch.toy;

import java.util.Random;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.TextPokeTck;

class ToyTextPokeTest extends TextPokeTck {

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
    return new Change(instruction(from), instruction(from));
  }

  private static byte[] instruction(Random from) {
    int operation = from.nextBoolean() ? from.nextInt(ToyWord.RESULT) : ToyWord.FIRST_OTHER;
    return ToyWord.bytes(ToyWord.of(operation, from.nextInt()));
  }
}
