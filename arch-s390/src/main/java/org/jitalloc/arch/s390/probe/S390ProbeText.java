package org.jitalloc.arch.s390.probe;

import java.util.BitSet;
import java.util.Optional;
import org.jitalloc.arch.s390.poke.SiteEncoder;
import org.jitalloc.arch.trace.ProbeText;

/** A function, gone through once: the first two bits of an instruction say how long it is. */
final class S390ProbeText implements ProbeText {
  private final byte[] code;
  private final BitSet starts = new BitSet();

  /** What another instruction executes, which would not know a breakpoint of ours as its own. */
  private final BitSet executed = new BitSet();

  S390ProbeText(byte[] code) {
    this.code = code.clone();
    int at = 0;
    while (at < code.length) {
      Optional<ProbedInsn> insn = ProbedInsn.read(code, at);
      if (insn.isEmpty()) break;
      starts.set(at);
      insn.get()
          .executed(at)
          .filter(target -> target >= 0 && target < code.length)
          .ifPresent(target -> executed.set(target.intValue()));
      at += insn.get().bytes();
    }
  }

  @Override
  public BitSet starts() {
    return starts;
  }

  @Override
  public Optional<String> refusal(int offset) {
    if (offset < 0 || offset >= code.length) return Optional.of("lies outside the function");
    if (!starts.get(offset)) return Optional.of("lies inside an instruction, or one that is cut");
    if (executed.get(offset)) return Optional.of("is executed by another instruction");
    return at(offset).refusal();
  }

  private ProbedInsn at(int offset) {
    return ProbedInsn.read(code, offset)
        .orElseThrow(
            () -> new IllegalArgumentException("no instruction begins there: offset=" + offset));
  }

  @Override
  public int length(int offset) {
    return at(offset).bytes();
  }

  @Override
  public boolean isStraight(int offset) {
    return switch (at(offset).form()) {
      case NOTHING, RELATIVE, LINK, STRAIGHT -> true;
      case JUMP, CONDITIONAL, COMPARE, CALL, CALL_REGISTER, CALL_ADDRESS, LEAVES -> false;
    };
  }

  /** Only over one instruction of its own length: no thread is ever in the midst of one. */
  @Override
  public Jump jump(int offset) {
    Optional<String> refusal = refusal(offset);
    if (refusal.isPresent()) return new Refused(refusal.get());
    int bytes = length(offset);
    return bytes == SiteEncoder.SITE_BYTES
        ? new Covers(bytes)
        : new Refused(
            "the instruction has %d bytes, a jump %d".formatted(bytes, SiteEncoder.SITE_BYTES));
  }
}
