package org.jitalloc;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Changes live code that threads may be executing, as the kernel's {@code text_poke} and {@code
 * smp_text_poke_batch_finish} (arch/x86/kernel/alternative.c). A thread executes the old
 * instruction or the new one, never a mixture. After a call returns, every thread executes the new
 * instruction.
 *
 * <p>Live code can change in no other way. For any thread; calls are serialised.
 */
@ProviderType
public interface TextPoker {

  /** {@return the length of a patch site, and so of a Nop, Jump or Call, in bytes} */
  int siteBytes();

  /**
   * Encodes an instruction, to be written into forming code.
   *
   * @param instruction the instruction
   * @param address its address
   * @return its bytes
   * @throws JitAllocException UNREACHABLE if its target is out of reach; INVALID_REQUEST if raw
   *     bytes are not one instruction, as far as the architecture checks that
   */
  byte[] encode(Instruction instruction, long address);

  /**
   * Changes several patch sites in one batch. All processors are synchronised once for a batch, not
   * once for a site. Either all sites change or none.
   *
   * @param batch the changes, in any order, each site at most once; an empty batch does nothing
   * @throws JitAllocException WRONG_STATE if a site is not live text of this target or a {@link
   *     TextGuard} refuses the change, TEXT_MISMATCH if a site has not the expected instruction,
   *     UNSUPPORTED if it cannot change while threads may execute it
   */
  void poke(List<Poke> batch);

  /**
   * Changes one patch site.
   *
   * @param poke the change
   * @throws JitAllocException as {@link #poke(List)}
   */
  default void poke(Poke poke) {
    poke(List.of(poke));
  }

  /**
   * Adds a guard, which then decides about each poke of this target.
   *
   * @param guard the guard
   */
  void addGuard(TextGuard guard);

  /**
   * Removes a guard. It is not asked any more once this and {@link #awaitPokes} have returned.
   *
   * @param guard the guard
   */
  void removeGuard(TextGuard guard);

  /**
   * Waits until each poke that has begun is done. A guard that refuses something now refuses it in
   * each poke that is not done when this returns. Not to be called by a guard.
   */
  void awaitPokes();
}
