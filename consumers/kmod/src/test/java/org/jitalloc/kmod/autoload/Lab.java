package org.jitalloc.kmod.autoload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Requests with a clock, a helper and a log of the test. */
final class Lab {
  final TestQueue queue = new TestQueue();
  final List<String> warnings = new ArrayList<>();
  final List<Throwable> traces = new ArrayList<>();
  final List<Run> runs = new ArrayList<>();
  final Random random;
  final ModuleRequests requests;

  /** A run of the helper, which the test ends. */
  record Run(ModprobeCall call, long startedNanos, CompletableFuture<Integer> exit) {}

  Lab(AutoloadConfig config, long seed) {
    random = new Random(seed);
    requests =
        new ModuleRequests(
            config,
            call -> {
              var run = new Run(call, queue.nanoTime(), new CompletableFuture<>());
              runs.add(run);
              return run.exit();
            },
            queue,
            (text, where) -> {
              warnings.add(text);
              if (where != null) {
                traces.add(where);
              }
            });
  }

  Lab() {
    this(AutoloadConfig.DEFAULTS, 1);
  }

  void pass(Duration time) {
    queue.pass(time, random);
  }

  Map<String, Integer> runsByName() {
    Map<String, Integer> count = new HashMap<>();
    runs.forEach(run -> count.merge(run.call().name(), 1, Integer::sum));
    return count;
  }
}
