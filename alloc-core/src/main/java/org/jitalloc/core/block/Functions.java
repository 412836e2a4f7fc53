package org.jitalloc.core.block;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitMemory;
import org.jitalloc.core.grace.GracePeriod;
import org.jspecify.annotations.Nullable;

/**
 * Makes methods of code: each call enters the grace period, so that the code stays until it leaves.
 */
public final class Functions {
  private static final int MOST_INVOKERS = 256;

  /**
   * Invokers by signature. To make one takes 20 times as long as to bind it to code, and most
   * programs have few signatures. The calling thread does the maintenance of the cache.
   */
  private static final Cache<FunctionDescriptor, MethodHandle> INVOKERS =
      Caffeine.newBuilder().maximumSize(MOST_INVOKERS).executor(Runnable::run).build();

  private static final MethodHandle ENTER;
  private static final MethodHandle EXIT;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      ENTER =
          lookup.findVirtual(Guard.class, "enter", MethodType.methodType(GracePeriod.Slot.class));
      EXIT =
          lookup.findStatic(
              GracePeriod.class, "exit", MethodType.methodType(void.class, GracePeriod.Slot.class));
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /**
   * The data of one function. It is a record, since the compiler treats fields of records as
   * constants; to load all this from the block would take longer than the call.
   */
  private record Guard(
      GracePeriod grace, GracePeriod.@Nullable Slot[] recent, Block block, JitMemory handle) {

    /** Enters the grace period and checks that the code can be called. */
    GracePeriod.Slot enter() {
      GracePeriod.Slot slot = grace.enter(recent);
      try {
        block.requireCallable();
      } catch (JitAllocException failure) {
        GracePeriod.exit(slot);
        throw failure;
      } finally {
        Reference.reachabilityFence(handle);
      }
      return slot;
    }
  }

  private Functions() {}

  /** {@return the code at an address as a method; it keeps the handle of the block reachable} */
  static MethodHandle guarded(
      Block block, JitMemory handle, long address, FunctionDescriptor descriptor) {
    GracePeriod grace = block.context().grace();
    var guard = new Guard(grace, grace.recent(), block, handle);
    return MethodHandles.insertArguments(
        invoker(descriptor), 0, guard, MemorySegment.ofAddress(address));
  }

  private static MethodHandle invoker(FunctionDescriptor descriptor) {
    return Objects.requireNonNull(INVOKERS.get(descriptor, Functions::newInvoker));
  }

  /** {@code (guard, code, arguments...) -> result}: enters, calls and exits. */
  private static MethodHandle newInvoker(FunctionDescriptor descriptor) {
    MethodHandle bare = Linker.nativeLinker().downcallHandle(descriptor);
    MethodHandle body = MethodHandles.dropArguments(bare, 0, GracePeriod.Slot.class, Guard.class);
    MethodHandle guarded = MethodHandles.tryFinally(body, cleanup(bare.type().returnType()));
    return MethodHandles.foldArguments(guarded, ENTER);
  }

  /** For tests. {@return how many invokers are kept at most} */
  public static int mostInvokers() {
    return MOST_INVOKERS;
  }

  /** For tests. {@return how many invokers are kept now} */
  public static long invokers() {
    INVOKERS.cleanUp();
    return INVOKERS.estimatedSize();
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
