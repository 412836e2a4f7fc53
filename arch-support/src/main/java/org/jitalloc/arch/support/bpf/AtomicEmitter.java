package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.support.asm.Label;
import org.jspecify.annotations.Nullable;

/** Emits atomic operations; their addresses are checked. */
public interface AtomicEmitter {

  /**
   * Emits an atomic operation.
   *
   * @param insn the instruction
   * @param misaligned the target, with the registers of the program unchanged, if the address is
   *     not a multiple of the length; null if it cannot be misaligned
   */
  void atomic(BpfInsn insn, @Nullable Label misaligned);
}
