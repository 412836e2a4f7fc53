package org.jitalloc.kprobes;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Probes that only write down that they were hit, and what registers held: what the kernel's file
 * {@code kprobe_events} defines. For any thread.
 */
@ProviderType
public interface ProbeEvents {

  /**
   * Defines an event, or takes one away: a line of {@code kprobe_events}.
   *
   * <pre>
   * p[:[GROUP/]EVENT] [MODULE:]SYMBOL[+OFFSET]|ADDRESS [ARGUMENT…]
   * r[MAXACTIVE][:[GROUP/]EVENT] [MODULE:]SYMBOL [ARGUMENT…]
   * -:[GROUP/]EVENT
   * </pre>
   *
   * An argument is {@code [NAME=]FETCH[:TYPE]}, FETCH one of {@code %register}, {@code $argN},
   * {@code $retval}, {@code $stack}, {@code $comm}, {@code \number}, and TYPE one of {@code u8} to
   * {@code u64}, {@code s8} to {@code s64} and {@code x8} to {@code x64}, which is what there is
   * without. A new event is disabled. Memory is not read: the kernel's {@code @} and {@code
   * +offs()} are refused.
   *
   * @param line the line
   * @throws org.jitalloc.JitAllocException INVALID_REQUEST if it says nothing that can be done
   * @throws ProbeRefusedException if the place cannot be probed
   */
  void write(String line);

  /**
   * Takes all events away.
   *
   * @throws org.jitalloc.JitAllocException WRONG_STATE if one is enabled; all are there then
   */
  void clear();

  /** {@return all definitions, as lines that can be written again} */
  List<String> definitions();

  /**
   * Has events written down, or not any more.
   *
   * @param event {@code [GROUP/]EVENT}, or {@code *} for all
   * @param on whether they are
   * @throws org.jitalloc.JitAllocException INVALID_REQUEST if there is no such event
   * @throws ProbeRefusedException if the place cannot be probed any more
   */
  void enable(String event, boolean on);

  /**
   * How often an event was met: a line of {@code kprobe_profile}.
   *
   * @param group its group
   * @param event its name
   * @param enabled whether it is written down
   * @param hits how often it was
   * @param missed how often it was met, but not written down
   */
  record Profile(String group, String event, boolean enabled, long hits, long missed) {}

  /** {@return the figures of all events} */
  List<Profile> profile();

  /**
   * What was written down: the file {@code trace}.
   *
   * @param lines the last hits, the oldest first
   * @param lost how many older ones are not kept
   */
  record Trace(List<String> lines, long lost) {
    /** Makes it; the list is copied. */
    public Trace {
      lines = List.copyOf(lines);
    }
  }

  /** {@return what was written down since {@link #clearTrace}} */
  Trace trace();

  /** Forgets what was written down. */
  void clearTrace();
}
