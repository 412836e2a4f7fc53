package org.jitalloc;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Changes code that may be running: the kernel's {@code text_poke} and {@code smp_text_poke_batch}.
 * A thread that runs the code meanwhile executes the old instruction or the new one, never a
 * mixture. When a call returns, every thread that enters the code executes the new instruction.
 *
 * <p>There is no other way to change live code. Calls may come from any thread and are done one
 * after the other.
 */
@ProviderType
public interface TextPoker {

  /** {@return the length of a Nop, Jump or Call in bytes} */
  int siteBytes();

  /**
   * Encodes an instruction for a place, to be written while code is being formed.
   *
   * @param instruction what is to stand there
   * @param address the address of the place
   * @return its bytes
   * @throws JitAllocException UNREACHABLE if its target is out of reach; INVALID_REQUEST if raw
   *     bytes are not one instruction, where that can be told
   */
  byte[] encode(Instruction instruction, long address);

  /**
   * Changes many places at once: the cost of making all processors see it is paid once a batch, not
   * once a place. Either all places change or none.
   *
   * @param batch the changes, in any order, each place at most once; none cost nothing
   * @throws JitAllocException if one of them is not live text of this target, does not hold what is
   *     expected there, or cannot be changed while it may be running; WRONG_STATE if a {@link
   *     TextGuard} refuses it
   */
  void poke(List<Poke> batch);

  /**
   * Changes one place.
   *
   * @param poke the change
   * @throws JitAllocException as {@link #poke(List)} does
   */
  default void poke(Poke poke) {
    poke(List.of(poke));
  }

  /**
   * Adds a guard: from now on it decides about each poke of this target.
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
