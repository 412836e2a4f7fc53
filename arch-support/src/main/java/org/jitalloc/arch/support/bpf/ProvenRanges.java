package org.jitalloc.arch.support.bpf;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/**
 * The bytes around the addresses in registers that are proven to belong to the program, at the
 * present position.
 */
final class ProvenRanges {
  /*
   * Ranges are kept along straight code and dropped at each target of a jump, so they need no
   * merging. One check proves that a range is in one region. Ranges are not united: two adjacent
   * ranges may be in two adjacent regions, and an access across them has to fail. The start and the
   * limits of the regions do not change in a run.
   */
  private final Flow flow;
  private final List<List<Range>> byRegister = new ArrayList<>();

  /** Bytes {@code [from, to)} relative to the value of the register. */
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

  /** Drops the ranges at an instruction that a jump may reach. */
  void enter(int index) {
    if (flow.isTarget(index)) {
      byRegister.forEach(List::clear);
    }
  }

  /** Updates the ranges for an instruction: copies and constant steps of addresses keep them. */
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
