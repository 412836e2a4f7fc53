package org.jitalloc.core.host;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * Real system calls, one of which fails. A proxy implements all methods of {@link SystemCalls}.
 * Records the calls and the resources that they acquire.
 */
final class FaultyCalls {

  private final SystemCalls real;
  private final int failAt;
  private final int errno;
  private final List<String> made = new ArrayList<>();
  private final AcquiredResources resources = new AcquiredResources();
  private String failed = "";

  /**
   * Creates system calls.
   *
   * @param real makes the calls
   * @param failAt the index of the call that fails; -1 for none
   * @param errno the error number of this call
   */
  FaultyCalls(SystemCalls real, int failAt, int errno) {
    this.real = real;
    this.failAt = failAt;
    this.errno = errno;
  }

  SystemCalls calls() {
    return (SystemCalls)
        Proxy.newProxyInstance(
            SystemCalls.class.getClassLoader(),
            new Class<?>[] {SystemCalls.class},
            (_, method, args) -> call(method, args == null ? new Object[0] : args));
  }

  private synchronized Object call(java.lang.reflect.Method method, Object[] args)
      throws Throwable {
    String name = method.getName();
    if (name.equals("pageBytes")) {
      return real.pageBytes();
    }
    boolean fails = made.size() == failAt;
    made.add(name);
    // Linux releases the descriptor even if close reports an error.
    if (!fails || name.equals("close")) {
      Object result;
      try {
        result = method.invoke(real, args);
      } catch (InvocationTargetException failure) {
        throw failure.getCause();
      }
      resources.record(name, args, result);
      if (!fails) {
        return result;
      }
    }
    failed = name + Arrays.toString(args);
    var cause = new Errno(errno, "injected");
    throw new JitAllocException(Reason.SYSTEM, failed + ": " + cause.getMessage(), cause);
  }

  /** {@return the names of all calls so far} */
  synchronized List<String> made() {
    return List.copyOf(made);
  }

  /** {@return the call that failed, with its arguments; empty if no call has failed} */
  synchronized String failed() {
    return failed;
  }

  AcquiredResources resources() {
    return resources;
  }
}
