package org.jitalloc.itests.laws.fake;

import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Classes that each use the operating system or native memory in one way. */
public final class Native {
  private Native() {}

  /** Uses a linker. */
  public static final class Linking {
    /** {@return the linker} */
    public Linker linker() {
      return Linker.nativeLinker();
    }
  }

  /** Turns an address into memory. */
  public static final class Reinterpreting {
    /** {@return the memory at an address} */
    @SuppressWarnings("restricted")
    public MemorySegment at(long address) {
      return MemorySegment.ofAddress(address).reinterpret(1);
    }
  }

  /** Loads a library. */
  public static final class Loading {
    /** Loads it. */
    @SuppressWarnings("restricted")
    public void load() {
      Runtime.getRuntime().loadLibrary("fake");
    }
  }

  /** Starts a process. */
  public static final class Starting {
    /** {@return the process} */
    public Process start() throws IOException {
      return new ProcessBuilder("true").start();
    }
  }

  /** Has a native method. */
  public static final class Declaring {
    /** Is never linked. */
    public native void call();
  }

  /** Reads a file of the kernel. */
  public static final class Reading {
    /** {@return the file} */
    public Path maps() {
      return Path.of("/proc/self/maps");
    }
  }
}
