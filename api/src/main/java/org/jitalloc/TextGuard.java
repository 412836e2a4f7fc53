package org.jitalloc;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Refuses pokes of text whose bytes must not change: a probe executes a copy of an instruction
 * elsewhere, so a poke of the original would have no effect. The kernel calls {@code
 * jump_label_text_reserved} and similar functions for this purpose.
 */
@FunctionalInterface
@ConsumerType
public interface TextGuard {

  /**
   * Decides about a change of text. Called for each poke that changes bytes, by the thread that
   * pokes, under the lock that serialises pokes: it takes no lock and does not poke. A guard whose
   * own thread pokes returns empty.
   *
   * @param address the first address that changes
   * @param bytes the number of bytes
   * @return the reason to refuse the change, the rest of a sentence that begins with the address;
   *     empty to allow it
   */
  Optional<String> refusal(long address, int bytes);
}
