package org.jitalloc.console.tour;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jitalloc.Span;
import org.jitalloc.bpf.BpfProgram;
import org.jspecify.annotations.Nullable;

/**
 * Redirects a program to another one and back while other threads look on.
 *
 * <p>Three threads: the caller patches, and after each patch runs the program itself; {@code
 * runner} runs it without pause and counts results that are neither the old nor the new one; {@code
 * watcher} reads the kernel's list of mappings over and over and counts those that are writable and
 * executable at once.
 */
final class LivePatching {
  private final BpfProgram program;
  private final BpfProgram replacement;
  private final byte[] memory;
  private final long before;
  private final long after;
  private final List<Span> slabs;
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  // Each of these is written by one thread and read when that has ended.
  private long runs;
  private long ranReplacement;
  private long wrong;
  private long looks;
  private long writableAndExecutable;

  LivePatching(
      BpfProgram program,
      BpfProgram replacement,
      byte[] memory,
      long before,
      long after,
      List<Span> slabs) {
    this.program = program;
    this.replacement = replacement;
    this.memory = memory;
    this.before = before;
    this.after = after;
    this.slabs = slabs;
  }

  /**
   * What came of it.
   *
   * @param patches how often the live program was changed
   * @param stale how often a call made after a change still ran what was there before
   * @param nanos how long all of it took
   * @param runs how often the other thread ran the program
   * @param ranReplacement how many of these runs were redirected
   * @param wrong how many of these runs gave neither result
   * @param looks how often the list of mappings was read
   * @param writableAndExecutable how many mappings of ours in it were both
   */
  record Outcome(
      int patches,
      long stale,
      long nanos,
      long runs,
      long ranReplacement,
      long wrong,
      long looks,
      long writableAndExecutable) {}

  Outcome patch(int patches) throws InterruptedException {
    Thread runner = start("jitalloc-tour-runner", this::run);
    Thread watcher = start("jitalloc-tour-watcher", this::watch);
    long stale = 0;
    long start = System.nanoTime();
    try {
      for (int i = 0; i < patches; i += 2) {
        program.redirectTo(replacement);
        stale += program.run(memory) == after ? 0 : 1;
        program.restore();
        stale += program.run(memory) == before ? 0 : 1;
      }
    } finally {
      done.set(true);
      runner.join();
      watcher.join();
    }
    long nanos = System.nanoTime() - start;
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("a thread that looked on failed: " + thrown, thrown);
    }
    return new Outcome(
        patches, stale, nanos, runs, ranReplacement, wrong, looks, writableAndExecutable);
  }

  private Thread start(String name, Runnable work) {
    return Thread.ofPlatform()
        .name(name)
        .start(
            () -> {
              try {
                work.run();
              } catch (RuntimeException | Error thrown) {
                failure.compareAndSet(null, thrown);
              }
            });
  }

  private void run() {
    byte[] own = memory.clone();
    while (!done.get()) {
      long result = program.run(own);
      runs++;
      if (result == after) {
        ranReplacement++;
      } else if (result != before) {
        wrong++;
      }
    }
  }

  private void watch() {
    while (!done.get()) {
      writableAndExecutable +=
          ProcessMaps.of(slabs).stream().filter(ProcessMaps.Mapping::writableAndExecutable).count();
      looks++;
    }
  }
}
