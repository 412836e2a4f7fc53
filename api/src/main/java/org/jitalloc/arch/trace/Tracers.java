package org.jitalloc.arch.trace;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The machine code of tracers of an architecture. A service with the property {@code jit.arch}.
 * Pure functions, for any thread.
 *
 * <p>A tracer is called by the {@link CallSites} of its architecture. It returns to the site with
 * all registers as they were, but for those that no function may count on when it is entered. It
 * takes no lock, waits for nobody, and does nothing for a thread that is in a tracer already: a
 * callback may use functions that are traced.
 */
@ConsumerType
public interface Tracers {

  /**
   * A tracer.
   *
   * @param code its bytes
   * @param entryOffset where sites call it, in bytes from the start
   */
  record Tracer(byte[] code, int entryOffset) {}

  /** {@return the name of the architecture} */
  String arch();

  /** {@return a function, {@code int threadNumber()}, that asks Linux for the thread's number} */
  byte[] threadNumber();

  /**
   * {@return a function, {@code int threadWord(long offset)}, that loads 4 bytes relative to the
   * thread pointer}
   */
  byte[] threadWord();

  /**
   * {@return where the block that the C library has for each thread begins, relative to the thread
   * pointer}
   */
  int threadBlockStart();

  /** {@return how many bytes from there on are to be looked at for the thread's number} */
  int threadBlockBytes();

  /**
   * {@return a function, {@code long clock()}, that reads the clock that events have their time
   * from}
   */
  byte[] clock();

  /**
   * Emits a tracer.
   *
   * @param address where it is going to be
   * @param area what it writes to
   * @param spec what it does
   * @param cpuFeatures what the processor has, as {@link org.jitalloc.Target#cpuFeatures} says
   * @return the tracer; at another address, at most {@link #ADDRESS_SLACK_BYTES} longer
   */
  Tracer tracer(long address, TraceArea area, TracerSpec spec, Set<String> cpuFeatures);

  /** By how much tracers may differ in length that differ in their address only. */
  int ADDRESS_SLACK_BYTES = 64;
}
