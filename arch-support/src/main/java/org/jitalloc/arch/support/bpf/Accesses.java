package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.support.asm.Label;
import org.jspecify.annotations.Nullable;

/** The tests of addresses. */
final class Accesses {
  /*
   * In line stands the test for the program's memory; only what fails it goes out of line to be
   * tested for the stack, and from there back or out of the program. Accesses by r10 itself were
   * checked beforehand, and what a test has shown is not tested again (ProvenRanges).
   * Keeping start and limit in registers that the program leaves free was tried on x86: no loop got
   * faster by it.
   */
  private final Translation to;
  private final Emitters machine;
  private final Exits exits;
  private final ProvenRanges proven;

  Accesses(Translation to, Emitters machine, Exits exits) {
    this.to = to;
    this.machine = machine;
    this.exits = exits;
    proven = new ProvenRanges(to.flow());
  }

  /** Whether an instruction accesses what only a test at run time can show to be the program's. */
  static boolean isBounded(BpfSource source, BpfInsn insn) {
    return source.checked() && BpfOp.isAccess(insn) && BpfOp.base(insn) != BpfOp.FP;
  }

  /** What is known of addresses where code is being emitted. */
  ProvenRanges proven() {
    return proven;
  }

  /** Emits the test of the address of an access, where one is due. */
  void check(int index, BpfInsn insn) {
    int base = BpfOp.base(insn);
    int bytes = BpfOp.accessBytes(insn);
    if (!isBounded(to.source(), insn) || proven.covers(base, insn.offset(), bytes)) {
      return;
    }
    proven.add(base, insn.offset(), bytes);
    var outside = new Label();
    var inside = new Label();
    var bounds = machine.bounds();
    int memoryLimit = BpfFrame.limit(BpfFrame.MEMORY_LIMITS, bytes);
    bounds.jumpIfOutside(insn, BpfFrame.MEMORY_START, memoryLimit, outside);
    machine.code().bind(inside);
    to.outOfLine(
        () -> {
          machine.code().bind(outside);
          int stackLimit = BpfFrame.limit(BpfFrame.STACK_LIMITS, bytes);
          bounds.jumpIfInside(insn, BpfFrame.STACK_START, stackLimit, inside);
          fault(index, insn);
        });
  }

  /** Where to go if an atomic operation is misaligned; null where it cannot be. */
  @Nullable Label misaligned(int index, BpfInsn insn) {
    if (!isBounded(to.source(), insn)) {
      return null;
    }
    var misaligned = new Label();
    to.outOfLine(
        () -> {
          machine.code().bind(misaligned);
          fault(index, insn);
        });
    return misaligned;
  }

  private void fault(int index, BpfInsn insn) {
    machine.bounds().failingAddress(insn);
    exits.fault(index);
  }
}
