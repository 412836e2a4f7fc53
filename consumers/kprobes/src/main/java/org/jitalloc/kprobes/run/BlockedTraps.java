package org.jitalloc.kprobes.run;

import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jitalloc.JitAllocator;

/**
 * Warns of threads that block the signal of breakpoints, before breakpoints are armed. Guarded by
 * the lock of {@link LocalKprobes}.
 */
final class BlockedTraps {
  /*
   * They are not refused: many threads of libraries block all signals and never run probed code.
   * A thread that blocks the signal later is not seen. To ask takes some microseconds for each
   * thread of the process, so it is asked at most once in PAUSE_NANOS.
   */
  private static final System.Logger LOG = System.getLogger("org.jitalloc.kprobes");
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final JitAllocator allocator;
  private final Set<String> known = new HashSet<>();
  private boolean asked;
  private long askedAt;

  BlockedTraps(JitAllocator allocator) {
    this.allocator = allocator;
  }

  /** Looks at the threads, and logs those that were not known. */
  void look() {
    long now = System.nanoTime();
    if (asked && now - askedAt < PAUSE_NANOS) {
      return;
    }
    asked = true;
    askedAt = now;
    for (String thread : allocator.threadsThatBlockTraps()) {
      if (known.add(thread)) {
        LOG.log(
            Level.WARNING,
            "the thread {0} blocks SIGTRAP: the process ends if it meets the breakpoint of a probe",
            thread);
      }
    }
  }
}
