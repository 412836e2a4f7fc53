package org.jitalloc.modules.load;

import java.util.List;
import org.jitalloc.Target;
import org.jitalloc.support.TextPublisher;
import org.jitalloc.support.TextPublisher.Handed;
import org.jitalloc.text.TraceableText;

/**
 * The texts of one load, handed in together.
 *
 * @param all what takes each back
 */
public record TextRegistrations(List<Handed> all) implements AutoCloseable {

  /**
   * Hands texts in.
   *
   * @param publisher where
   * @param texts the texts
   * @param target the target of the memory that they are in
   * @return what takes them back
   */
  public static TextRegistrations hand(
      TextPublisher publisher, List<TraceableText> texts, Target target) {
    return new TextRegistrations(texts.stream().map(text -> publisher.hand(text, target)).toList());
  }

  /** Says that they are live. */
  public void areLive() {
    all.forEach(Handed::isLive);
  }

  /** Takes them back, before their memory is closed. */
  @Override
  public void close() {
    all.forEach(Handed::close);
  }
}
