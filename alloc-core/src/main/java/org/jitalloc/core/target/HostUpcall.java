package org.jitalloc.core.target;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jitalloc.Upcall;

/**
 * A method with an address. An exception that left it would end the virtual machine: it is logged,
 * and the caller gets 0.
 */
final class HostUpcall implements Upcall {

  private static final System.Logger LOG = System.getLogger("org.jitalloc");
  private static final MethodHandle REPORT;

  static {
    try {
      REPORT =
          MethodHandles.lookup()
              .findStatic(
                  HostUpcall.class, "report", MethodType.methodType(void.class, Throwable.class));
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Consumer<Runnable> afterGrace;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment stub;
  private final AtomicBoolean closed = new AtomicBoolean();

  HostUpcall(Consumer<Runnable> afterGrace, MethodHandle method, FunctionDescriptor descriptor) {
    this.afterGrace = afterGrace;
    stub = Linker.nativeLinker().upcallStub(guarded(method), descriptor, arena);
  }

  private static MethodHandle guarded(MethodHandle method) {
    Class<?> result = method.type().returnType();
    MethodHandle nothing =
        result == void.class
            ? MethodHandles.empty(MethodType.methodType(void.class))
            : MethodHandles.zero(result);
    MethodHandle handler = MethodHandles.filterReturnValue(REPORT, nothing);
    return MethodHandles.catchException(method, Throwable.class, handler);
  }

  private static void report(Throwable failure) {
    LOG.log(Level.ERROR, "an upcall failed; its caller gets 0", failure);
  }

  @Override
  public long address() {
    return stub.address();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      afterGrace.accept(arena::close);
    }
  }
}
