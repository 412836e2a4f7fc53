package org.jitalloc.bench;

import java.io.IOException;
import java.util.List;
import org.jitalloc.bench.trace.TraceException;

/** A benchmark with a name. */
interface Command {

  /**
   * Runs it.
   *
   * @param words the arguments after its name on the command line
   */
  void run(List<String> words) throws UsageException, TraceException, IOException;
}
