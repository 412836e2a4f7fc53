package org.jitalloc.arch.trace;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Emits the tracers of an architecture. A service with the property {@code jit.arch}. Pure
 * functions, for any thread.
 *
 * <p>The {@link CallSites} of the architecture call a tracer. It returns to the site with all
 * registers unchanged, except those that have no defined value at the entry of a function. It takes
 * no lock and does not wait. It does nothing for a thread that is in a tracer already, so a
 * callback may call traced functions.
 */
@ConsumerType
public interface Tracers {

  /**
   * A tracer.
   *
   * @param code its code
   * @param entryOffset the offset of its entry point from the start, in bytes
   */
  record Tracer(byte[] code, int entryOffset) {}

  /** {@return the name of the architecture} */
  String arch();

  /** {@return the code of {@code int threadNumber()}, which calls {@code gettid} of Linux} */
  byte[] threadNumber();

  /**
   * {@return the code of {@code int threadWord(long offset)}, which loads 4 bytes at an offset from
   * the thread pointer}
   */
  byte[] threadWord();

  /**
   * {@return the offset of the thread descriptor of the C library from the thread pointer, in
   * bytes}
   */
  int threadBlockStart();

  /** {@return the number of bytes from there on that are searched for the thread's number} */
  int threadBlockBytes();

  /** {@return the code of {@code long clock()}, which reads the clock of the times of events} */
  byte[] clock();

  /** {@return a function, {@code long stackPointer()}, that reads the stack pointer} */
  byte[] stackPointer();

  /**
   * Emits a tracer.
   *
   * @param address its address
   * @param area the memory that it writes
   * @param spec its work
   * @param cpuFeatures the features of the processor, see {@link org.jitalloc.Target#cpuFeatures}
   * @return the tracer; its length depends on the address by at most {@link #ADDRESS_SLACK_BYTES}
   */
  Tracer tracer(long address, TraceArea area, TracerSpec spec, Set<String> cpuFeatures);

  /** The largest difference in length of tracers that differ only in their address, in bytes. */
  int ADDRESS_SLACK_BYTES = 64;
}
