package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.support.asm.Label;

/** Emits conditional jumps. */
public interface JumpEmitter {

  /**
   * Emits a conditional jump.
   *
   * @param insn the instruction
   * @param target where it goes
   */
  void jumpIf(BpfInsn insn, Label target);

  /**
   * Emits the opposite of a conditional jump: one that is taken if the condition does not hold.
   *
   * @param insn the instruction
   * @param target where it goes
   */
  void jumpUnless(BpfInsn insn, Label target);
}
