package org.jitalloc.arch.toy;

import java.util.BitSet;
import java.util.Optional;
import org.jitalloc.arch.trace.ProbeText;

/** A function of words. All instructions except traps can be probed. */
record ToyProbeText(byte[] code) implements ProbeText {
  @Override
  public BitSet starts() {
    var starts = new BitSet();
    for (int i = 0; i + ToyWord.BYTES <= code.length; i += ToyWord.BYTES) {
      starts.set(i);
    }
    return starts;
  }

  @Override
  public Optional<String> refusal(int offset) {
    if (offset < 0 || offset + ToyWord.BYTES > code.length) {
      return Optional.of("is outside of the function");
    }
    if (offset % ToyWord.BYTES != 0 && !Flaw.WORDS_BEGIN_ANYWHERE.is()) {
      return Optional.of("is inside an instruction");
    }
    int operation = code[offset];
    boolean known = operation <= ToyWord.JUMP_IF && operation >= 0;
    boolean other = operation >= ToyWord.FIRST_OTHER && operation <= ToyWord.LAST;
    if (operation == ToyWord.TRAP && !Flaw.TRAPS_ARE_PROBED.is()) {
      return Optional.of("is a trap");
    }
    return known || other ? Optional.empty() : Optional.of("is no instruction");
  }

  @Override
  public int length(int offset) {
    return ToyWord.BYTES;
  }

  @Override
  public boolean isStraight(int offset) {
    return switch (code[offset]) {
      case ToyWord.TRAP, ToyWord.JUMP, ToyWord.CALL, ToyWord.RETURN, ToyWord.JUMP_IF -> false;
      default -> true;
    };
  }

  @Override
  public Jump jump(int offset) {
    return new Covers(ToyWord.BYTES);
  }
}
