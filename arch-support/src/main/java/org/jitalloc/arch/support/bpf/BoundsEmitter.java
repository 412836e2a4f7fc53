package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.support.asm.Label;

/** Emits the checks that an access is in its region; they change no register of the program. */
public interface BoundsEmitter {

  /**
   * Jumps if an access is not in a region: if its address - start is not below the limit, unsigned.
   *
   * @param insn the access
   * @param start the offset of the start of the region in the frame
   * @param limit the offset of its limit in the frame
   * @param target the target
   */
  void jumpIfOutside(BpfInsn insn, int start, int limit, Label target);

  /**
   * Jumps if an access is in a region.
   *
   * @param insn the access
   * @param start the offset of the start of the region in the frame
   * @param limit the offset of its limit in the frame
   * @param target the target
   */
  void jumpIfInside(BpfInsn insn, int start, int limit, Label target);

  /**
   * Sets the failing address to that of an access.
   *
   * @param insn the access
   */
  void failingAddress(BpfInsn insn);
}
