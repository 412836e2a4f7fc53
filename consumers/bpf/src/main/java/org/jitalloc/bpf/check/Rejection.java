package org.jitalloc.bpf.check;

import java.util.List;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.bpf.BpfLoadException;
import org.jitalloc.bpf.insn.Disassembler;

/** Says no, naming the instruction. */
record Rejection(List<BpfInsn> insns) {

  BpfLoadException because(int index, String reason) {
    return new BpfLoadException(index, Disassembler.textAndBytes(insns, index), reason);
  }
}
