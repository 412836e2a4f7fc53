package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.support.asm.Label;
import org.jspecify.annotations.Nullable;

/** Emits atomic operations; that their addresses may be accessed is known. */
public interface AtomicEmitter {

  /**
   * Emits an atomic operation.
   *
   * @param insn the instruction
   * @param misaligned where to go, with the registers of the program unchanged, if the address is
   *     no multiple of the length; null if there is nothing to test
   */
  void atomic(BpfInsn insn, @Nullable Label misaligned);
}
