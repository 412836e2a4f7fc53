package org.jitalloc.arch.toy;

import java.util.Random;
import org.jitalloc.arch.tck.EncoderTck;
import org.jitalloc.arch.tck.tool.Toolchain;

class ToyEncoderTest extends EncoderTck {

  @Override
  protected Toolchain toolchain() {
    return new ToyTools();
  }

  @Override
  protected void encode(Random random, Encodings encodings) {
    for (int operation = ToyWord.FIRST_OTHER; operation <= ToyWord.LAST; operation++) {
      int a = random.nextInt(256);
      int b = random.nextInt(256);
      int c = random.nextInt(256);
      var asm = new ToyAssembler();
      if (Flaw.OPERANDS_SWAPPED.is() && operation == ToyWord.LAST) {
        asm.emit(operation, b, a, c);
      } else {
        asm.emit(operation, a, b, c);
      }
      if (Flaw.INSTRUCTION_TOO_LONG.is() && operation == ToyWord.LAST) {
        asm.emit(ToyWord.NOP, 0, 0, 0);
      }
      encodings.add("op%x %d, %d, %d".formatted(operation, a, b, c), asm.finish());
    }
  }
}
