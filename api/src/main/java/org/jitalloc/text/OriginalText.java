package org.jitalloc.text;

import org.jitalloc.JitMemory;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Reads text without the breakpoints and jumps of probes: a service with the property {@code
 * jit.target}. A tracer that looks for call sites in live text reads the text here. For any thread;
 * call it with no lock held.
 */
@ConsumerType
public interface OriginalText {

  /**
   * Reads a text.
   *
   * @param text live text
   * @return all of its bytes, without breakpoints and jumps of probes
   */
  byte[] read(JitMemory text);

  /**
   * Called when the {@link CallSiteLender} knows the call sites of a text: probes that are at call
   * sites already borrow them now. No site changes before this returns.
   *
   * @param text the text
   */
  void sitesAreKnown(JitMemory text);
}
