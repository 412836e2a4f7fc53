package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.support.asm.Label;
import org.jspecify.annotations.Nullable;

/** Emits the checks of addresses. */
final class Accesses {
  /*
   * The check for the memory of the program is in line; an access that fails it branches to
   * out-of-line code, which checks the stack and returns or ends the program. The program checker
   * has checked accesses by r10, and proven ranges are not checked again (ProvenRanges). Keeping
   * start and limit in registers that the program does not use made no loop faster on x86.
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

  /** {@return whether an instruction accesses an address that must be checked at run time} */
  static boolean isBounded(BpfSource source, BpfInsn insn) {
    return source.checked() && BpfOp.isAccess(insn) && BpfOp.base(insn) != BpfOp.FP;
  }

  /** {@return the proven ranges at the present position} */
  ProvenRanges proven() {
    return proven;
  }

  /** Emits the check of the address of an access, if it is needed. */
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

  /** {@return the target for a misaligned atomic operation; null if it cannot be misaligned} */
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
