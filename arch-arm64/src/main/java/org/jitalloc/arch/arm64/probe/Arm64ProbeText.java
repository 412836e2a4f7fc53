package org.jitalloc.arch.arm64.probe;

import java.util.BitSet;
import java.util.Optional;
import org.jitalloc.arch.trace.ProbeText;

/** A function; each word is an instruction. */
final class Arm64ProbeText implements ProbeText {
  /** The distance in bytes within which a load-exclusive before an instruction is searched. */
  private static final int EXCLUSIVE_BYTES = 128;

  private final byte[] code;

  /**
   * Handlers preserve 128 bits of each vector register, and no predicates. Only functions that use
   * scalable registers have more in them: calls do not preserve the rest.
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

  /**
   * {@return whether an instruction is in an exclusive access: a handler would make the store fail
   * forever}
   */
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

  /** A jump has the length of an instruction, so it covers only one. */
  @Override
  public Jump jump(int offset) {
    return refusal(offset).<Jump>map(Refused::new).orElseGet(() -> new Covers(ProbedWord.BYTES));
  }
}
