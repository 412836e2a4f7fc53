package org.jitalloc.kprobes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four threads run functions while all kinds of probes come and go in them, and the collector comes
 * too. Every result is right, and every hit that a handler saw was counted.
 */
class ProbeStressTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = Integer.getInteger("jitalloc.test.probes.rounds", 2000);
  private static final int ALWAYS = 0;

  @TempDir Path folder;
  private final JitAllocator allocator = JitAlloc.host();
  private final LocalKprobes probes = KprobesFactory.of(allocator);
  private final AtomicLong seen = new AtomicLong();

  @Test
  void probesComeAndGoUnderFire() throws Exception {
    Compiled program = Compiled.load(allocator, folder, Programs.many(2));
    probes.add(program.text());
    List<MethodHandle> calls =
        program.functions().stream().map(f -> program.call(f.name())).toList();
    var wanted = new long[calls.size()];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = call(calls.get(i));
    }
    Probe always =
        probes.register(
            program.memory().address() + program.functions().get(ALWAYS).offset(),
            ProbeRequest.before(_ -> seen.incrementAndGet()));
    var stop = new AtomicBoolean();
    long counted;
    long runs = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Long>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(threads.submit(runner(calls, wanted, stop)));
      }
      try {
        counted = toggle(program);
      } finally {
        stop.set(true);
      }
      for (Future<Long> one : running) {
        runs += one.get();
      }
    }
    assertEquals(runs, always.hits(), "none is lost, as what it counts was always probed");
    assertEquals(0, always.missed());
    assertTrue(counted > 0 && runs > 0);
    assertEquals(counted + always.hits(), seen.get());
    probes.close();
    program.memory().close();
  }

  private static long call(MethodHandle function) {
    try {
      return (long) function.invokeExact(77L, 12L);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  private static Callable<Long> runner(
      List<MethodHandle> calls, long[] wanted, AtomicBoolean stop) {
    return () -> {
      long runs = 0;
      while (!stop.get()) {
        for (int i = 0; i < wanted.length; i++) {
          assertEquals(wanted[i], call(calls.get(i)));
        }
        runs++;
      }
      return runs;
    };
  }

  /** {@return how many hits were counted by probes that are gone by now} */
  private long toggle(Compiled program) {
    var random = new Random(6);
    List<Probe> live = new ArrayList<>();
    List<Probe> all = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      Probe probe =
          random.nextInt(4) == 0 ? randomReturn(program, random) : random(program, random);
      live.add(probe);
      all.add(probe);
      if (live.size() > 20) {
        live.remove(random.nextInt(live.size())).close();
      }
      Probe other = live.get(random.nextInt(live.size()));
      if (other.isEnabled()) {
        other.disable();
      } else {
        other.enable();
      }
      if (round % 100 == 0) {
        System.gc();
      }
    }
    live.forEach(Probe::close);
    // A grace period: those that were in a handler when it was taken away are out.
    var done = new java.util.concurrent.CountDownLatch(1);
    allocator.afterGracePeriod(done::countDown);
    try {
      done.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return all.stream().mapToLong(Probe::hits).sum();
  }

  private Probe randomReturn(Compiled program, Random random) {
    var function = program.functions().get(random.nextInt(program.functions().size()));
    return probes.registerReturn(
        program.memory().address() + function.offset(),
        ReturnProbeRequest.of(_ -> seen.incrementAndGet()));
  }

  private Probe random(Compiled program, Random random) {
    var function = program.functions().get(random.nextInt(program.functions().size()));
    byte[] code = program.memory().read(function.offset(), function.bytes());
    while (true) {
      try {
        var request = ProbeRequest.before(_ -> seen.incrementAndGet());
        return probes.register(
            program.memory().address() + function.offset() + random.nextInt(code.length),
            random.nextBoolean() ? request : request.byBreakpoint());
      } catch (ProbeRefusedException midInstruction) {
        assertEquals(ProbeRefusedException.Reason.INSTRUCTION, midInstruction.reason());
      }
    }
  }
}
