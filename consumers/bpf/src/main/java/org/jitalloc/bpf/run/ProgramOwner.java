package org.jitalloc.bpf.run;

import org.jitalloc.JitAllocator;

/** A client of a runtime. Its allocator gives memory to its programs, which are closed together. */
public final class ProgramOwner {
  private final JitAllocator allocator;

  /** Guarded by the monitor of the table of programs. */
  private boolean closed;

  /**
   * Makes an owner.
   *
   * @param allocator allocates the code of the programs; of the target of the runtime
   */
  public ProgramOwner(JitAllocator allocator) {
    this.allocator = allocator;
  }

  JitAllocator allocator() {
    return allocator;
  }

  /** To be called under the monitor of the table. */
  void close() {
    closed = true;
  }

  /** To be called under the monitor of the table. */
  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the BPF runtime of this bundle is closed");
    }
  }
}
