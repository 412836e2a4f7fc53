package org.jitalloc.ftrace;

import java.util.List;
import java.util.Optional;
import org.jitalloc.Target;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The function tracer of a target. For any thread; changes are serialised. A method that throws
 * {@link org.jitalloc.JitAllocException} has changed nothing.
 *
 * <p>Arguments and results are those of the files of the same names in the kernel's {@code
 * tracefs}. The filters are those of the current tracer; each callback has its own filter.
 */
@ProviderType
public interface Ftrace extends AutoCloseable {

  /** {@return the target} */
  Target target();

  /** {@return all functions with a call site, by address: {@code available_filter_functions}} */
  List<TracedFunction> functions();

  /**
   * Finds the function that contains an address.
   *
   * @param address any address
   * @return the function; empty if no function with a call site contains the address
   */
  Optional<TracedFunction> function(long address);

  /**
   * Selects the functions that are traced: {@code set_ftrace_filter}. An empty filter selects all
   * functions.
   *
   * @param words names with {@code *}, {@code ?}, {@code [abc]}; {@code !name}; {@code
   *     name:mod:module}; a line number
   * @param append whether the words are added to the filter; otherwise they replace it
   */
  void filter(String words, boolean append);

  /** {@return the selected functions; empty if the filter is empty} */
  List<String> filter();

  /**
   * Excludes functions, which takes precedence over the filter: {@code set_ftrace_notrace}.
   *
   * @param words as for the filter
   * @param append whether the words are added to the filter; otherwise they replace it
   */
  void notrace(String words, boolean append);

  /** {@return the excluded functions} */
  List<String> notrace();

  /**
   * Sets the tracer: {@code current_tracer}. All functions change in one batch.
   *
   * @param tracer the tracer
   */
  void tracer(CurrentTracer tracer);

  /** {@return the current tracer} */
  CurrentTracer tracer();

  /**
   * Enables or disables the recording of events, without changing code: {@code tracing_on}.
   *
   * @param on whether events are recorded
   */
  void on(boolean on);

  /** {@return whether events are recorded} */
  boolean on();

  /**
   * Attaches a callback to functions, independent of the current tracer.
   *
   * @param callback the callback
   * @param words the functions, as for the filter
   * @return detaches the callback
   */
  Registration attach(FunctionCallback callback, String words);

  /** {@return the events since the last {@link #clear}} */
  Trace trace();

  /**
   * Returns the recorded events and discards exactly those: an event that is recorded meanwhile is
   * returned by the next call.
   *
   * @return the events since the last {@link #clear} or {@link #drain}
   */
  Trace drain();

  /** Discards the recorded events. */
  void clear();

  /** Restores all call sites, and frees the tracers and the trace. */
  @Override
  void close();
}
