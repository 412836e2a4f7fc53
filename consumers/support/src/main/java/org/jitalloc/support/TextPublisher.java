package org.jitalloc.support;

import org.jitalloc.Target;
import org.jitalloc.text.TraceableText;

/**
 * Registers the text that a loader loaded, so that patchers find it. For any thread. Call it with
 * no lock held that a patcher takes.
 */
@FunctionalInterface
public interface TextPublisher {
  /** For programs without an OSGi framework: registers nothing. */
  TextPublisher NOBODY = (_, _) -> Handed.NOTHING;

  /**
   * Registers a text, if possible while its memory is forming.
   *
   * @param text the text
   * @param target the target of its memory
   * @return the registration
   */
  Handed hand(TraceableText text, Target target);

  /** The registration of a text. */
  interface Handed extends AutoCloseable {
    /** No registration. */
    Handed NOTHING =
        new Handed() {
          @Override
          public void isLive() {}

          @Override
          public void close() {}
        };

    /** Notifies patchers that the memory is live. */
    void isLive();

    /** Unregisters the text: patchers restore it. Call it before the memory is closed. */
    @Override
    void close();
  }
}
