package org.jitalloc.modules.objects;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jitalloc.JitAllocator;
import org.jitalloc.Upcall;
import org.jspecify.annotations.Nullable;

/**
 * What C++ registers to be run when a library goes ({@code __cxa_atexit}). The C library's would
 * run it when the process ends, where the code is long gone. Thread-safe.
 */
final class ExitFunctions implements AutoCloseable {
  /** A function and what it is called with. */
  record ExitFunction(long address, long argument) {}

  private static final FunctionDescriptor REGISTER =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private final Deque<ExitFunction> functions = new ArrayDeque<>();
  private final Upcall register;

  ExitFunctions(JitAllocator allocator) {
    register = allocator.upcall(method(), REGISTER);
  }

  private MethodHandle method() {
    try {
      return MethodHandles.lookup()
          .bind(
              this,
              "register",
              MethodType.methodType(int.class, long.class, long.class, long.class));
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @SuppressWarnings("unused") // by the upcall
  private synchronized int register(long function, long argument, long library) {
    functions.push(new ExitFunction(function, argument));
    return 0;
  }

  long address() {
    return register.address();
  }

  /** Takes the function that was registered last; null if there is none left. */
  synchronized @Nullable ExitFunction poll() {
    return functions.poll();
  }

  @Override
  public void close() {
    register.close();
  }
}
