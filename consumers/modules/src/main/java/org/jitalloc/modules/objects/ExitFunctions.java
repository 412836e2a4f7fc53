package org.jitalloc.modules.objects;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jitalloc.JitAllocator;
import org.jitalloc.Upcall;
import org.jspecify.annotations.Nullable;

/**
 * What is registered to be run when a library goes ({@code __cxa_atexit}, {@code atexit}). The C
 * library's would run it when the process ends, where the code is long gone. Thread-safe.
 */
final class ExitFunctions implements AutoCloseable {
  /** A function and what it is called with. */
  record ExitFunction(long address, long argument) {}

  private static final FunctionDescriptor REGISTER =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private final Deque<ExitFunction> functions = new ArrayDeque<>();
  private static final FunctionDescriptor REGISTER_PLAIN =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG);

  private final Upcall register;
  private final Upcall registerPlain;

  ExitFunctions(JitAllocator allocator) {
    register = allocator.upcall(method("register", REGISTER), REGISTER);
    try {
      registerPlain = allocator.upcall(method("registerPlain", REGISTER_PLAIN), REGISTER_PLAIN);
    } catch (RuntimeException | Error failure) {
      register.close();
      throw failure;
    }
  }

  private MethodHandle method(String name, FunctionDescriptor descriptor) {
    try {
      return MethodHandles.lookup().bind(this, name, descriptor.toMethodType());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @SuppressWarnings("unused") // by the upcall
  private synchronized int register(long function, long argument, long library) {
    functions.push(new ExitFunction(function, argument));
    return 0;
  }

  @SuppressWarnings("unused") // by the upcall
  private synchronized int registerPlain(long function) {
    functions.push(new ExitFunction(function, 0));
    return 0;
  }

  /** {@return what is called for {@code __cxa_atexit}} */
  long address() {
    return register.address();
  }

  /** {@return what is called for {@code atexit}} */
  long plainAddress() {
    return registerPlain.address();
  }

  /** Takes the function that was registered last; null if there is none left. */
  synchronized @Nullable ExitFunction poll() {
    return functions.poll();
  }

  @Override
  public void close() {
    register.close();
    registerPlain.close();
  }
}
