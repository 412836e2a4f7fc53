package org.jitalloc.ftrace;

import java.util.List;
import java.util.Optional;
import org.jitalloc.Target;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The function tracer of a target. Any thread may call any method; changes are made one after the
 * other. A method that throws has changed nothing. All that throw give {@link
 * org.jitalloc.JitAllocException}.
 *
 * <p>What the methods take and give is what the kernel's files of the same names do. Filters hold
 * for the current tracer; each callback has a filter of its own.
 */
@ProviderType
public interface Ftrace extends AutoCloseable {

  /** {@return the address space whose code it traces} */
  Target target();

  /** {@return all functions there are, by address: {@code available_filter_functions}} */
  List<TracedFunction> functions();

  /**
   * Finds the function that an address is in.
   *
   * @param address any address
   * @return the function; empty if none is known there
   */
  Optional<TracedFunction> function(long address);

  /**
   * Chooses the functions to be traced: {@code set_ftrace_filter}. Before anything is chosen, all
   * are.
   *
   * @param words names with {@code *}, {@code ?}, {@code [abc]}; {@code !name}; {@code
   *     name:mod:module}; a line number
   * @param append whether what was chosen before stays
   */
  void filter(String words, boolean append);

  /** {@return the functions that were chosen; empty if all are} */
  List<String> filter();

  /**
   * Chooses functions not to be traced, whatever the filter says: {@code set_ftrace_notrace}.
   *
   * @param words as for the filter
   * @param append whether what was chosen before stays
   */
  void notrace(String words, boolean append);

  /** {@return the functions that are not to be traced} */
  List<String> notrace();

  /**
   * Changes what is recorded: {@code current_tracer}. All functions change in one batch.
   *
   * @param tracer what is to be recorded from now on
   */
  void tracer(CurrentTracer tracer);

  /** {@return what is recorded} */
  CurrentTracer tracer();

  /**
   * Stops and starts writing, at once, without changing code: {@code tracing_on}.
   *
   * @param on whether events are written
   */
  void on(boolean on);

  /** {@return whether events are written} */
  boolean on();

  /**
   * Has Java code called for functions, whether or not the current tracer wants them.
   *
   * @param callback what is called
   * @param words the functions, as for the filter
   * @return what ends it
   */
  Registration attach(FunctionCallback callback, String words);

  /** {@return what was recorded since the last {@link #clear}} */
  Trace trace();

  /** Forgets what was recorded. */
  void clear();

  /** Ends all tracing. */
  @Override
  void close();
}
