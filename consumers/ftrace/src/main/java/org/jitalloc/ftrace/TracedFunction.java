package org.jitalloc.ftrace;

/**
 * A function that can be traced.
 *
 * @param address where its call site is
 * @param name its name
 * @param owner the module that it belongs to; empty if it belongs to none
 * @param users how many want it: the current tracer, and callbacks
 * @param calls the tracer that it calls now; 0 if none
 */
public record TracedFunction(long address, String name, String owner, int users, long calls) {

  /** {@return its name with its module in brackets, as the kernel writes it} */
  public String qualifiedName() {
    return owner.isEmpty() ? name : name + " [" + owner + "]";
  }
}
