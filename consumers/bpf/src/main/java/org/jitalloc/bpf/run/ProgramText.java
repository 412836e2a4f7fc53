package org.jitalloc.bpf.run;

import java.util.List;
import org.jitalloc.JitMemory;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;

/** The code of a program, as tracers and probes want it. */
record ProgramText(JitMemory memory, List<TextFunction> functions, byte[] callSites)
    implements TraceableText {
  @Override
  public String owner() {
    return "bpf";
  }
}
