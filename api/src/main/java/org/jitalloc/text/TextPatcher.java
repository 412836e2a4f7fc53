package org.jitalloc.text;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A patcher of text: the tracer or the probes of a target. The owner of the registrations adds the
 * texts of the target to it. For any thread.
 */
@ConsumerType
public interface TextPatcher {

  /** A text that a patcher knows. */
  interface KnownText extends AutoCloseable {
    /** Restores the text, and forgets it. Call it before the memory of the text is closed. */
    @Override
    void close();
  }

  /**
   * Adds a text.
   *
   * @param text the text, forming or live
   * @return removes the text
   * @throws org.jitalloc.JitAllocException if the text cannot be used; the patcher does not know it
   *     then
   */
  KnownText add(TraceableText text);

  /**
   * Updates the state of texts that were forming when they were added. Call it when the memory of
   * such a text was published.
   */
  void textsPublished();
}
