package org.jitalloc.bench;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jitalloc.bench.trace.AllocationTrace;
import org.jitalloc.bench.trace.TraceKind;
import org.jitalloc.bench.trace.TraceWriter;

/** {@code bench trace}: writes a trace to a file. */
final class TraceCommand implements Command {
  private static final int MOST_LIVE = 10_000_000;
  private static final int MOST_OPERATIONS = 500_000_000;

  @Override
  public void run(List<String> words) throws UsageException, IOException {
    var arguments = Arguments.parse(words, Set.of(), Set.of("--seed", "--live", "--operations"));
    var operands = arguments.operands("KIND", "OUT");
    TraceKind kind =
        TraceKind.of(operands.get(0))
            .orElseThrow(
                () ->
                    new UsageException(
                        "there is no kind %s; there are jit, mod, grow"
                            .formatted(operands.get(0))));
    long seed = arguments.longNumber("--seed", kind.seed(), 0, Long.MAX_VALUE);
    int live = arguments.number("--live", kind.live(), 1, MOST_LIVE);
    int operations = arguments.number("--operations", kind.operations(), 1, MOST_OPERATIONS);
    Path file = Path.of(operands.get(1));
    try {
      TraceWriter.write(AllocationTrace.generate(kind, seed, live, operations), file);
    } catch (FileSystemException failed) {
      throw new UsageException("cannot write " + file + ": " + failed);
    }
  }
}
