package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Calls the function of an architecture that makes the instruction cache coherent. Thread-safe. */
final class CacheFlush {

  private final MethodHandle function;

  /** Takes the address of the code of {@link org.jitalloc.arch.Arch#cacheFlush()}. */
  CacheFlush(long address) {
    function =
        Linker.nativeLinker()
            .downcallHandle(
                MemorySegment.ofAddress(address), FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
  }

  /** Makes the instruction cache coherent with a range. */
  void flush(long address, long bytes) {
    try {
      function.invokeExact(address, bytes);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new IllegalStateException(failure);
    }
  }
}
