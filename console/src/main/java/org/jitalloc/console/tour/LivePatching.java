package org.jitalloc.console.tour;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jitalloc.Span;
import org.jitalloc.bpf.BpfProgram;
import org.jspecify.annotations.Nullable;

/**
 * Redirects a program to another one and back while other threads run it.
 *
 * <p>There are three threads. The caller patches, and runs the program after each patch. {@code
 * runner} runs it in a loop and counts results that are neither the old nor the new one. {@code
 * watcher} reads the kernel's list of mappings in a loop and counts mappings that are writable and
 * executable.
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

  // Each of these is written by one thread and read after that thread has ended.
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
   * The result.
   *
   * @param patches the number of changes of the live program
   * @param stale the number of calls after a change that ran the old program
   * @param nanos the duration in nanoseconds
   * @param runs the number of runs of the other thread
   * @param ranReplacement the number of these runs that were redirected
   * @param wrong the number of these runs with neither result
   * @param looks the number of reads of the list of mappings
   * @param writableAndExecutable the number of mappings of the allocator in it that were both
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
      throw new IllegalStateException("an observing thread failed: " + thrown, thrown);
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
