package org.jitalloc.core.stack;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The end of the stack of the calling thread, below which Java is not to be called. */
public final class UpcallStack {
  /*
   * HotSpot keeps zones at the end of each stack: red, yellow and reserved pages of which one
   * access is a StackOverflowError, and above them the shadow, which each Java method touches
   * before it begins. An error that leaves an upcall ends the process, so an upcall needs the
   * shadow and what the frames take from the stub to the handler of the errors. [1]
   * [1] OpenJDK 25, src/hotspot/share/runtime/stackOverflow.hpp and the defaults of StackRedPages,
   * StackYellowPages, StackReservedPages and StackShadowPages in cpu/*: 1, 2, 1 and 20 units of 4
   * KiB, each zone rounded up to whole pages.
   */
  private static final long[] ZONES = {4 << 10, 8 << 10, 4 << 10, 80 << 10};

  /** From the stub of an upcall to the handler of what the method throws, if interpreted. */
  private static final long FRAMES = 32 << 10;

  /** The size of pthread_attr_t is 56 or 64 on the architectures that there are. */
  private static final long ATTRIBUTES_BYTES = 256;

  private static final MethodHandle SELF = function("pthread_self", JAVA_LONG);
  private static final MethodHandle GET =
      function("pthread_getattr_np", JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle STACK =
      function("pthread_attr_getstack", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle GUARD =
      function("pthread_attr_getguardsize", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle DESTROY = function("pthread_attr_destroy", JAVA_INT, ADDRESS);
  private static final long ROOM = FRAMES + zones(pageBytes());

  private UpcallStack() {}

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  private static long pageBytes() {
    try {
      return (int) function("getpagesize", JAVA_INT).invokeExact();
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static long zones(long pageBytes) {
    long sum = 0;
    for (long zone : ZONES) {
      sum += (zone + pageBytes - 1) / pageBytes * pageBytes;
    }
    return sum;
  }

  /** {@return the lowest stack pointer at which the calling thread may call an upcall} */
  public static long floor() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
      check("pthread_getattr_np", (int) GET.invokeExact((long) SELF.invokeExact(), attributes));
      try {
        MemorySegment start = arena.allocate(JAVA_LONG);
        MemorySegment bytes = arena.allocate(JAVA_LONG);
        MemorySegment guard = arena.allocate(JAVA_LONG);
        check("pthread_attr_getstack", (int) STACK.invokeExact(attributes, start, bytes));
        check("pthread_attr_getguardsize", (int) GUARD.invokeExact(attributes, guard));
        return start.get(JAVA_LONG, 0) + guard.get(JAVA_LONG, 0) + ROOM;
      } finally {
        check("pthread_attr_destroy", (int) DESTROY.invokeExact(attributes));
      }
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void check(String call, int error) {
    if (error != 0) {
      throw new IllegalStateException("%s failed with the error %d".formatted(call, error));
    }
  }
}
