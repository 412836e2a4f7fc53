package org.jitalloc.bpf.interp;

import java.util.List;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.bpf.BpfFaultException;
import org.jitalloc.bpf.insn.Disassembler;
import org.jitalloc.bpf.memory.Regions;

/** Describes the faults of a program, for both engines. */
public record FaultDescriber(String program, List<BpfInsn> insns) {

  /** An access that is not allowed. */
  public BpfFaultException access(int index, long address, Regions regions) {
    if (index >= insns.size()) {
      return replaced(index, address, regions.describe());
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
      return replaced(index, id, allowed);
    }
    return new BpfFaultException(
        program, index, Disassembler.text(insns, index), "call of helper " + id, id, allowed);
  }

  /** A fault of a program that ran in place of this one and does not any more. */
  private BpfFaultException replaced(int index, long address, String allowed) {
    String what = "access at 0x%x".formatted(address);
    return new BpfFaultException(
        program, index, "in a program that was its redirection until now", what, address, allowed);
  }
}
