package org.jitalloc.bpf.run;

import org.jitalloc.JitAllocator;

/** Somebody who loads programs: what they load is in their memory, and goes with them. */
public final class Loader {
  private final JitAllocator allocator;

  /**
   * Makes one.
   *
   * @param allocator gives memory to them; of the target of the runtime
   */
  public Loader(JitAllocator allocator) {
    this.allocator = allocator;
  }

  JitAllocator allocator() {
    return allocator;
  }
}
