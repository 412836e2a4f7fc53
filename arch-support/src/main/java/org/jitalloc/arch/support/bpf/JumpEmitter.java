package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.support.asm.Label;

/** Emits conditional jumps. */
public interface JumpEmitter {

  /**
   * Emits a conditional jump.
   *
   * @param insn the instruction
   * @param target the target
   */
  void jumpIf(BpfInsn insn, Label target);

  /**
   * Emits the inverse of a conditional jump, which is taken if the condition does not hold.
   *
   * @param insn the instruction
   * @param target the target
   */
  void jumpUnless(BpfInsn insn, Label target);
}
