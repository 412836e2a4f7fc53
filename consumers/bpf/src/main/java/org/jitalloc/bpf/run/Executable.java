package org.jitalloc.bpf.run;

import org.jitalloc.bpf.interp.Interpreter;

/** What runs a program. */
sealed interface Executable {

  /** Runs it. {@return r0, of no meaning if a helper failed} */
  long run(Run run);

  /** The interpreter. */
  record Interpreted(Interpreter interpreter) implements Executable {
    @Override
    public long run(Run run) {
      return interpreter.run(run);
    }
  }

  /** Machine code. */
  record Compiled(CompiledCode code) implements Executable {
    @Override
    public long run(Run run) {
      return code.run(run);
    }
  }
}
