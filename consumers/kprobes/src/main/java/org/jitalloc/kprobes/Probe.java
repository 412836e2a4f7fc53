package org.jitalloc.kprobes;

import java.util.Optional;

/** A probe that is registered. For any thread. */
public interface Probe extends AutoCloseable {

  /** {@return what was probed, as {@code function+0xoffset [owner]}} */
  String place();

  /** {@return the address of the instruction} */
  long address();

  /** {@return whether it is a return probe} */
  boolean isReturnProbe();

  /** {@return whether it is enabled} */
  boolean isEnabled();

  /**
   * {@return whether it was taken away, by {@link #close} or with its text: nothing enables it any
   * more}
   */
  boolean isGone();

  /** {@return whether a jump stands at the instruction, instead of a breakpoint} */
  boolean isOptimized();

  /** {@return why there will be no jump; empty if there is one, or will be} */
  Optional<String> whyNotOptimized();

  /**
   * {@return how often its handler was called, the one before the instruction or at the return; how
   * often it was met if it has none}
   */
  long hits();

  /** {@return how often it was met but its handler was not called} */
  long missed();

  /** {@return how often a handler failed} */
  long failures();

  /** Has it hit from now on. Enabling again does nothing. */
  void enable();

  /** Has it hit no more. A thread may be in a handler when this returns. */
  void disable();

  /** Takes it away, as {@link #disable} does; closing again does nothing. */
  @Override
  void close();
}
