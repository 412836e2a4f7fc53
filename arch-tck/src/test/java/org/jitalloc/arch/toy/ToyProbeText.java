package org.jitalloc.arch.toy;

import java.util.BitSet;
import java.util.Optional;
import org.jitalloc.arch.trace.ProbeText;

/** A function of words. All but traps and what is no instruction can be probed. */
record ToyProbeText(byte[] code) implements ProbeText {
  @Override
  public BitSet starts() {
    var starts = new BitSet();
    for (int i = 0; i + Word.BYTES <= code.length; i += Word.BYTES) starts.set(i);
    return starts;
  }

  @Override
  public Optional<String> refusal(int offset) {
    if (offset < 0 || offset + Word.BYTES > code.length) {
      return Optional.of("is outside of the function");
    }
    if (offset % Word.BYTES != 0 && !Flaw.WORDS_BEGIN_ANYWHERE.is()) {
      return Optional.of("is inside an instruction");
    }
    int operation = code[offset];
    boolean known = operation <= Word.JUMP_IF && operation >= 0;
    boolean other = operation >= Word.FIRST_OTHER && operation <= Word.LAST;
    if (operation == Word.TRAP && !Flaw.TRAPS_ARE_PROBED.is()) return Optional.of("is a trap");
    return known || other ? Optional.empty() : Optional.of("is no instruction");
  }

  @Override
  public int length(int offset) {
    return Word.BYTES;
  }

  @Override
  public boolean isStraight(int offset) {
    return switch (code[offset]) {
      case Word.TRAP, Word.JUMP, Word.CALL, Word.RETURN, Word.JUMP_IF -> false;
      default -> true;
    };
  }

  @Override
  public Jump jump(int offset) {
    return new Covers(Word.BYTES);
  }
}
