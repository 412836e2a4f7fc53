package org.jitalloc.core.stack;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import org.jitalloc.NativeThread;

/** What the C library of this process has for its threads. */
public final class NativeThreads {
  /** The answer, which does not change. */
  public static final NativeThread FOUND = new NativeThread(address("__errno_location"));

  private NativeThreads() {}

  private static long address(String function) {
    return Linker.nativeLinker()
        .defaultLookup()
        .find(function)
        .map(MemorySegment::address)
        .orElse(0L);
  }
}
