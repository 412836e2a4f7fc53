package org.jitalloc.support;

import org.jitalloc.Target;
import org.jitalloc.text.TraceableText;

/**
 * Where who loads code hands in its text, for whoever patches text to find. For any thread; not to
 * be called under a lock that those who patch may want.
 */
@FunctionalInterface
public interface TextPublisher {
  /** For who has no framework: nobody hears of it. */
  TextPublisher NOBODY = (_, _) -> Handed.NOTHING;

  /**
   * Hands in a text. Best while its memory is being formed.
   *
   * @param text the text
   * @param target whose memory it is
   * @return what takes it back
   */
  Handed hand(TraceableText text, Target target);

  /** A text that was handed in. */
  interface Handed extends AutoCloseable {
    /** Nothing was handed in. */
    Handed NOTHING =
        new Handed() {
          @Override
          public void isLive() {}

          @Override
          public void close() {}
        };

    /** Says that its memory is live now. */
    void isLive();

    /** Takes it back: what was patched is as it was. Before its memory is closed. */
    @Override
    void close();
  }
}
