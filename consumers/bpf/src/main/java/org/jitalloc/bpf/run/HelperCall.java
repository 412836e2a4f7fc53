package org.jitalloc.bpf.run;

import java.lang.foreign.MemorySegment;
import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.memory.Regions;
import org.jspecify.annotations.Nullable;

/** One call of a helper. When the call is over, nothing can be reached through it. */
final class HelperCall implements BpfCall {

  private static final String OVER = "the call of the helper is over";

  /** The run that the call is of; null when the call is over. */
  @Nullable Run run;

  HelperCall(Run run) {
    this.run = run;
  }

  private Run run() {
    Run current = run;
    if (current == null) {
      throw new IllegalStateException(OVER);
    }
    return current;
  }

  private Regions regions() {
    Run current = run;
    if (current == null) {
      throw new IndexOutOfBoundsException(OVER);
    }
    return current.regions();
  }

  @Override
  public BpfProgram program() {
    return run().program();
  }

  @Override
  public MemorySegment memory(long address, long bytes) {
    return regions().slice(address, bytes);
  }

  @Override
  public String string(long address, int maxBytes) {
    return regions().string(address, maxBytes);
  }

  @Override
  public void exit(long r0) {
    run().exit(r0);
  }
}
