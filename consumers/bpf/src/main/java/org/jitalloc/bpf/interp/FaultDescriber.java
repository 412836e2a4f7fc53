package org.jitalloc.bpf.interp;

import java.util.List;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.bpf.BpfFaultException;
import org.jitalloc.bpf.BpfStoppedException;
import org.jitalloc.bpf.BpfStoppedException.Reason;
import org.jitalloc.bpf.insn.Disassembler;
import org.jitalloc.bpf.memory.Regions;

/** Describes the faults of a program, for both engines. */
public record FaultDescriber(String program, List<BpfInsn> insns) {

  /** Describes the faults of a program of which nothing but its number is known. */
  public static FaultDescriber ofClosed(long id) {
    return new FaultDescriber("number %d, which was closed meanwhile".formatted(id), List.of());
  }

  /** An access that is not allowed. */
  public BpfFaultException access(int index, long address, Regions regions) {
    if (index >= insns.size()) {
      return unknown(index, address, regions.describe());
    }
    BpfInsn insn = insns.get(index);
    String what =
        "%s of %d bytes at 0x%x"
            .formatted(
                insn.insnClass() == BpfOp.LDX ? "load" : "store", BpfOp.accessBytes(insn), address);
    String allowed = regions.describe();
    if (BpfOp.isAtomic(insn)) {
      allowed += ", for atomic operations at multiples of " + BpfOp.accessBytes(insn);
    }
    return new BpfFaultException(
        program, index, Disassembler.text(insns, index), what, address, allowed);
  }

  /** A call by register of a helper that is not there. */
  public BpfFaultException helper(int index, long id) {
    String allowed = "the helpers that were there when the program was loaded";
    if (index >= insns.size()) {
      return unknown(index, id, allowed);
    }
    return new BpfFaultException(
        program, index, Disassembler.text(insns, index), "call of helper " + id, id, allowed);
  }

  /** The end of a run that was stopped. */
  public BpfStoppedException stopped(int index, Reason reason, String detail) {
    return new BpfStoppedException(program, index, reason, detail);
  }

  /** A call of a helper for which there is not enough of the thread's stack. */
  public StackOverflowError stackOverflow(int index) {
    return new StackOverflowError(
        "program %s, instruction %d: too little of the stack is left to call a helper"
            .formatted(program, index));
  }

  private BpfFaultException unknown(int index, long address, String allowed) {
    String what = "failed at 0x%x".formatted(address);
    return new BpfFaultException(
        program, index, "an instruction that is not known any more", what, address, allowed);
  }
}
