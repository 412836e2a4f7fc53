package org.jitalloc.arch.support.bpf;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/**
 * Which bytes around the addresses in registers are known to be the program's, where code is being
 * emitted.
 */
final class ProvenRanges {
  /*
   * Facts are kept along straight code and dropped wherever a jump may come in, so no merging is
   * needed. Each range was shown by one test to lie in one region; ranges are not united, since two
   * that touch may lie in two regions that happen to touch, and an access across them has to fail.
   * What the facts rest on, start and limits of the regions, does not change in a run.
   */
  private final Flow flow;
  private final List<List<Range>> byRegister = new ArrayList<>();

  /** Bytes {@code [from, to)} relative to what the register holds. */
  private record Range(long from, long to) {}

  ProvenRanges(Flow flow) {
    this.flow = flow;
    for (int r = 0; r < RegisterSet.COUNT; r++) {
      byRegister.add(new ArrayList<>());
    }
  }

  boolean covers(int register, int offset, int bytes) {
    for (var range : byRegister.get(register)) {
      if (range.from <= offset && offset + bytes <= range.to) {
        return true;
      }
    }
    return false;
  }

  void add(int register, int offset, int bytes) {
    byRegister.get(register).add(new Range(offset, offset + bytes));
  }

  /** Forgets what is not known on every way to an instruction. */
  void enter(int index) {
    if (flow.isTarget(index)) {
      byRegister.forEach(List::clear);
    }
  }

  /** Goes over an instruction: copies and constant steps of addresses keep what is known. */
  void follow(BpfInsn insn) {
    var dst = byRegister.get(insn.dst() < RegisterSet.COUNT ? insn.dst() : 0);
    boolean step = insn.opcode() == (BpfOp.ALU64 | BpfOp.ADD);
    boolean copy = insn.opcode() == (BpfOp.ALU64 | BpfOp.MOV | BpfOp.X) && insn.offset() == 0;
    if (step) {
      dst.replaceAll(r -> new Range(r.from - insn.imm(), r.to - insn.imm()));
    } else if (copy) {
      var known = List.copyOf(byRegister.get(insn.src()));
      dst.clear();
      dst.addAll(known);
    } else {
      forget(BpfOp.isLocalCall(insn) ? RegisterSet.VOLATILE : Effects.writes(insn));
    }
  }

  private void forget(int written) {
    for (int r = 0; r < RegisterSet.COUNT; r++) {
      if (RegisterSet.has(written, r)) {
        byRegister.get(r).clear();
      }
    }
  }
}
