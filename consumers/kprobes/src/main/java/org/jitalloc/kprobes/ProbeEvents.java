package org.jitalloc.kprobes;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Events: named probes that record their hits and the values of registers, as the kernel's file
 * {@code kprobe_events} defines them. For any thread.
 */
@ProviderType
public interface ProbeEvents {

  /**
   * Defines or removes an event: a line of {@code kprobe_events}.
   *
   * <pre>
   * p[:[GROUP/]EVENT] [MODULE:]SYMBOL[+OFFSET]|ADDRESS [ARGUMENT…]
   * r[MAXACTIVE][:[GROUP/]EVENT] [MODULE:]SYMBOL [ARGUMENT…]
   * -:[GROUP/]EVENT
   * </pre>
   *
   * An argument is {@code [NAME=]FETCH[:TYPE]}, FETCH one of {@code %register}, {@code $argN},
   * {@code $retval}, {@code $stack}, {@code $comm}, {@code \number}, and TYPE one of {@code u8} to
   * {@code u64}, {@code s8} to {@code s64} and {@code x8} to {@code x64}; {@code x64} is the
   * default. A new event is disabled. Memory is not read: the kernel's {@code @} and {@code
   * +offs()} are refused.
   *
   * @param line the line
   * @throws org.jitalloc.JitAllocException INVALID_REQUEST if the line is not valid
   * @throws ProbeRefusedException if the place cannot be probed
   */
  void write(String line);

  /**
   * Removes all events.
   *
   * @throws org.jitalloc.JitAllocException WRONG_STATE if an event is enabled; none is removed then
   */
  void clear();

  /** {@return all definitions, as lines for {@link #write}} */
  List<String> definitions();

  /**
   * Enables or disables events. With {@code *}, an event that cannot be enabled does not keep the
   * others from it: the first failure is thrown at the end, with the others as suppressed.
   *
   * @param event {@code [GROUP/]EVENT}, or {@code *} for all
   * @param on whether they record hits
   * @throws org.jitalloc.JitAllocException INVALID_REQUEST if there is no such event
   * @throws ProbeRefusedException if the place cannot be probed any more
   */
  void enable(String event, boolean on);

  /**
   * The statistics of an event: a line of {@code kprobe_profile}.
   *
   * @param group its group
   * @param event its name
   * @param enabled whether it records hits
   * @param hits the number of recorded hits
   * @param missed the number of hits that were not recorded
   */
  record Profile(String group, String event, boolean enabled, long hits, long missed) {}

  /** {@return the statistics of all events} */
  List<Profile> profile();

  /**
   * Recorded hits: the file {@code trace}.
   *
   * @param lines the last hits, the oldest first
   * @param lost the number of older hits that were overwritten
   */
  record Trace(List<String> lines, long lost) {
    /** Copies the list. */
    public Trace {
      lines = List.copyOf(lines);
    }
  }

  /** {@return the hits since {@link #clearTrace} or {@link #drainTrace}} */
  Trace trace();

  /**
   * Returns the recorded hits and discards exactly those: a hit that is recorded meanwhile is
   * returned by the next call.
   *
   * @return the hits since the last {@link #clearTrace} or {@link #drainTrace}
   */
  Trace drainTrace();

  /** Discards the recorded hits. */
  void clearTrace();
}
