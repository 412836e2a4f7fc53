package org.jitalloc.core.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Makes methods out of code: each call says that it is inside, so that the code stays until it is
 * out.
 */
final class Functions {

  private static final MethodHandle ENTER;
  private static final MethodHandle EXIT;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      ENTER =
          lookup.findVirtual(Block.class, "enter", MethodType.methodType(GracePeriod.Slot.class));
      EXIT =
          lookup.findStatic(
              GracePeriod.class, "exit", MethodType.methodType(void.class, GracePeriod.Slot.class));
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private Functions() {}

  /** The code at an address, guarded by the block that holds it. */
  static MethodHandle guarded(Block block, long address, FunctionDescriptor descriptor) {
    MethodHandle bare =
        Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(address), descriptor);
    MethodHandle body = MethodHandles.dropArguments(bare, 0, GracePeriod.Slot.class);
    MethodHandle guarded = MethodHandles.tryFinally(body, cleanup(bare.type().returnType()));
    return MethodHandles.foldArguments(guarded, ENTER.bindTo(block));
  }

  /** {@code (Throwable, result, slot) -> result}, or without a result, leaving the slot. */
  private static MethodHandle cleanup(Class<?> result) {
    if (result == void.class) {
      return MethodHandles.dropArguments(EXIT, 0, Throwable.class);
    }
    MethodHandle pass =
        MethodHandles.dropArguments(MethodHandles.identity(result), 1, GracePeriod.Slot.class);
    MethodHandle leave = MethodHandles.foldArguments(pass, 1, EXIT);
    return MethodHandles.dropArguments(leave, 0, Throwable.class);
  }
}
