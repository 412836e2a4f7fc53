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
    return Word.operation(unit) == Word.TRAP;
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
    int operation = from.nextBoolean() ? from.nextInt(Word.RESULT) : Word.FIRST_OTHER;
    return Word.bytes(Word.of(operation, from.nextInt()));
  }
}
