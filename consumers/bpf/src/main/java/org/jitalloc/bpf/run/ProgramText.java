package org.jitalloc.bpf.run;

import java.util.List;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.trace.TextFunction;
import org.jitalloc.arch.trace.TraceableText;

/** The code of a program, as probes want it. It has no call sites. */
record ProgramText(JitMemory memory, List<TextFunction> functions) implements TraceableText {
  private static final byte[] NO_SITES = {};

  @Override
  public String owner() {
    return "bpf";
  }

  @Override
  public byte[] callSites() {
    return NO_SITES;
  }
}
