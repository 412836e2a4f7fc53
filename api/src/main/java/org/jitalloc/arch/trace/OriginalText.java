package org.jitalloc.arch.trace;

import org.jitalloc.JitMemory;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Who knows what text is like without what was put into it: probes, as a service with the property
 * {@code jit.target}. Whoever looks for call sites in live text, and lends them, asks it. For any
 * thread; to be called with no lock held.
 */
@ConsumerType
public interface OriginalText {

  /**
   * Reads a text.
   *
   * @param text live text
   * @return all of its bytes, as they are without breakpoints and jumps
   */
  byte[] read(JitMemory text);

  /**
   * Says that the {@link CallSiteLender} knows the call sites of a text: those where something
   * stands already are borrowed now. None of them changes before.
   *
   * @param text the text
   */
  void sitesAreKnown(JitMemory text);
}
