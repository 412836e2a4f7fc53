package org.jitalloc.kprobes.run;

import java.util.Optional;
import org.jitalloc.JitMemory;
import org.jitalloc.support.FunctionIndex;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;

/** Text that can be probed. */
record ProbedText(String owner, JitMemory memory, FunctionIndex functions) {

  static ProbedText of(TraceableText text) {
    return new ProbedText(text.owner(), text.memory(), new FunctionIndex(text.functions()));
  }

  Optional<TextFunction> at(long address) {
    return functions.at(address - memory.address());
  }
}
