package org.jitalloc.modules.load;

import java.time.Duration;
import java.util.List;
import org.jitalloc.modules.code.CodeCodecs;
import org.jitalloc.support.TextPublisher;

/**
 * What a loader works with besides the memory and the codec of its target.
 *
 * @param codecs read what else modules say of their code; they may come and go
 * @param checks are asked about kernel modules before they get memory
 * @param notifiers hear of modules; they may come and go
 * @param texts where the text of modules is handed in
 * @param patience how long a load waits for a module that is coming and exports what it needs, and
 *     how long the end of a loader waits for loads
 */
public record LoaderContext(
    CodeCodecs codecs,
    List<EarlyCheck> checks,
    Notifiers notifiers,
    TextPublisher texts,
    Duration patience) {
  /** As long as the kernel waits. */
  public static final Duration KERNEL_PATIENCE = Duration.ofSeconds(30);

  /** Copies the list. */
  public LoaderContext {
    checks = List.copyOf(checks);
  }
}
