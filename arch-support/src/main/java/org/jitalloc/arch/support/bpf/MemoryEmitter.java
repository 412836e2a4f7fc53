package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfInsn;

/** Emits loads and stores; their addresses are checked. */
public interface MemoryEmitter {

  /**
   * Emits a load.
   *
   * @param insn the instruction
   */
  void load(BpfInsn insn);

  /**
   * Emits a store of a register.
   *
   * @param insn the instruction
   */
  void store(BpfInsn insn);

  /**
   * Emits a store of a constant.
   *
   * @param insn the instruction
   */
  void storeConstant(BpfInsn insn);
}
