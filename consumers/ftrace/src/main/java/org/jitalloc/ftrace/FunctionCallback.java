package org.jitalloc.ftrace;

/**
 * Java code that is called whenever a function is. It runs in the thread that called the function,
 * before the function does; functions that it calls itself are not traced. An exception is
 * reported, and the function goes on.
 */
@FunctionalInterface
public interface FunctionCallback {
  /**
   * A function was called.
   *
   * @param ip the address behind its call site; {@link Ftrace#function} names it
   * @param parent the address where it is called from
   */
  void called(long ip, long parent);
}
