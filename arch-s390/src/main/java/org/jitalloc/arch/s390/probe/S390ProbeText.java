package org.jitalloc.arch.s390.probe;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jitalloc.arch.s390.poke.SiteEncoder;
import org.jitalloc.arch.trace.ProbeText;

/** A function that is decoded once: the first two bits of an instruction determine its length. */
final class S390ProbeText implements ProbeText {
  private final byte[] code;
  private final BitSet starts = new BitSet();

  /**
   * The instructions that EXRL and EX execute. The processor fetches them as operands, so a
   * breakpoint there does not trap as one.
   */
  private final BitSet executed = new BitSet();

  /** Whether an EX has an unknown operand, which can be any instruction. */
  private boolean executesUnknown;

  S390ProbeText(byte[] code) {
    this.code = code.clone();
    var operands = new ExecuteOperands();
    List<ProbedInsn> executes = new ArrayList<>();
    int at = 0;
    while (at < code.length) {
      Optional<ProbedInsn> insn = ProbedInsn.read(code, at);
      if (insn.isEmpty()) {
        break;
      }
      starts.set(at);
      insn.get().executed(at).ifPresent(this::markExecuted);
      operands.add(insn.get(), at);
      if (insn.get().isExecute()) {
        executes.add(insn.get());
      }
      at += insn.get().bytes();
    }
    for (ProbedInsn execute : executes) {
      Optional<List<Long>> targets = operands.of(execute);
      executesUnknown |= targets.isEmpty();
      targets.ifPresent(all -> all.forEach(this::markExecuted));
    }
  }

  private void markExecuted(long target) {
    if (target >= 0 && target < code.length) {
      executed.set((int) target);
    }
  }

  @Override
  public BitSet starts() {
    return starts;
  }

  @Override
  public Optional<String> refusal(int offset) {
    if (offset < 0 || offset >= code.length) {
      return Optional.of("lies outside the function");
    }
    if (!starts.get(offset)) {
      return Optional.of("lies inside an instruction, or one that is cut");
    }
    if (executed.get(offset)) {
      return Optional.of("is executed by another instruction");
    }
    return at(offset).refusal().or(this::refusalOfAll);
  }

  private Optional<String> refusalOfAll() {
    return executesUnknown
        ? Optional.of("may be executed by an EX whose operand the function does not tell")
        : Optional.empty();
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

  /** A jump covers only one instruction of its own length, so no thread is inside. */
  @Override
  public Jump jump(int offset) {
    Optional<String> refusal = refusal(offset);
    if (refusal.isPresent()) {
      return new Refused(refusal.get());
    }
    int bytes = length(offset);
    return bytes == SiteEncoder.SITE_BYTES
        ? new Covers(bytes)
        : new Refused(
            "the instruction has %d bytes, a jump %d".formatted(bytes, SiteEncoder.SITE_BYTES));
  }
}
