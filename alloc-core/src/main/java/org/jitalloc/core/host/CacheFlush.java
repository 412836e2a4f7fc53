package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** An architecture's function that makes instruction fetches see what was written. */
final class CacheFlush {

  private final MethodHandle function;

  CacheFlush(long address) {
    function =
        Linker.nativeLinker()
            .downcallHandle(
                MemorySegment.ofAddress(address), FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
  }

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
