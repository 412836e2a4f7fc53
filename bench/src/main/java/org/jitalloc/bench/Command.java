package org.jitalloc.bench;

import java.io.IOException;
import java.util.List;
import org.jitalloc.bench.trace.TraceException;

/** A benchmark that is started by its name. */
interface Command {

  /**
   * Runs it.
   *
   * @param words what stands behind its name on the command line
   */
  void run(List<String> words) throws UsageException, TraceException, IOException;
}
