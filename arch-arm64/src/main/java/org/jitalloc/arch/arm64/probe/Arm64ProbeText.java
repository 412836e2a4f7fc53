package org.jitalloc.arch.arm64.probe;

import java.util.BitSet;
import java.util.Optional;
import org.jitalloc.arch.trace.ProbeText;

/** A function: a word is an instruction. */
final class Arm64ProbeText implements ProbeText {
  /** How far before an instruction a load may be that began an exclusive access. */
  private static final int EXCLUSIVE_BYTES = 128;

  private final byte[] code;

  /**
   * Handlers keep 128 bits of each vector register, and no predicate. Nobody but a function that
   * works with more has more in them: calls do not keep it.
   */
  private final boolean scalable;

  Arm64ProbeText(byte[] code) {
    this.code = code.clone();
    scalable = starts().stream().anyMatch(offset -> at(offset).isScalable());
  }

  @Override
  public BitSet starts() {
    var starts = new BitSet();
    for (int at = 0; at + ProbedWord.BYTES <= code.length; at += ProbedWord.BYTES) {
      starts.set(at);
    }
    return starts;
  }

  @Override
  public Optional<String> refusal(int offset) {
    if (offset < 0 || offset + ProbedWord.BYTES > code.length) {
      return Optional.of("lies outside the function");
    }
    if (offset % ProbedWord.BYTES != 0) {
      return Optional.of("lies inside an instruction");
    }
    var refusal = at(offset).refusal();
    if (refusal.isPresent()) {
      return refusal;
    }
    if (scalable) {
      return Optional.of("lies in a function that uses SVE, whose registers handlers do not keep");
    }
    return isInExclusive(offset)
        ? Optional.of("lies between a load and a store that are exclusive")
        : Optional.empty();
  }

  /** What is called there would make the store fail, for ever. */
  private boolean isInExclusive(int offset) {
    int end = Math.max(0, offset - EXCLUSIVE_BYTES);
    for (int at = offset - ProbedWord.BYTES; at >= end; at -= ProbedWord.BYTES) {
      if (at(at).isLoadExclusive()) {
        return true;
      }
      if (at(at).isStoreExclusive()) {
        return false;
      }
    }
    return false;
  }

  private ProbedWord at(int offset) {
    return new ProbedWord(ProbedWord.read(code, offset));
  }

  @Override
  public int length(int offset) {
    return ProbedWord.BYTES;
  }

  @Override
  public boolean isStraight(int offset) {
    return switch (at(offset).form()) {
      case STRAIGHT, ADR, ADRP, LITERAL -> true;
      case JUMP, CALL, CONDITIONAL, COMPARE, TEST, CALL_REGISTER, LEAVES -> false;
    };
  }

  /** A jump is as long as any instruction, so nothing but the one is under it. */
  @Override
  public Jump jump(int offset) {
    return refusal(offset).<Jump>map(Refused::new).orElseGet(() -> new Covers(ProbedWord.BYTES));
  }
}
