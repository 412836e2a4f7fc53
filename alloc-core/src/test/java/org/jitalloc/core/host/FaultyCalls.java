package org.jitalloc.core.host;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/** Real system calls, one of which fails. Stands for every call there is, new ones too. */
final class FaultyCalls {

  private final SystemCalls real;
  private final int failAt;
  private final int errno;
  private final List<String> made = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private String failed = "";

  /**
   * Makes them.
   *
   * @param failAt which call fails, counted from 0; -1 for none
   * @param errno how
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
    // A file is closed even if close says that something was wrong.
    if (!fails || name.equals("close")) {
      Object result;
      try {
        result = method.invoke(real, args);
      } catch (InvocationTargetException failure) {
        throw failure.getCause();
      }
      ledger.enter(name, args, result);
      if (!fails) {
        return result;
      }
    }
    failed = name + Arrays.toString(args);
    var cause = new Errno(errno, "injected");
    throw new JitAllocException(Reason.SYSTEM, failed + ": " + cause.getMessage(), cause);
  }

  /** {@return the names of the calls that were made} */
  synchronized List<String> made() {
    return List.copyOf(made);
  }

  /** {@return the call that failed, with its arguments; empty if it was not reached} */
  synchronized String failed() {
    return failed;
  }

  Ledger ledger() {
    return ledger;
  }
}
