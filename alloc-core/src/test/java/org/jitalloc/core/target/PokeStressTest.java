package org.jitalloc.core.target;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jitalloc.Instruction;
import org.jitalloc.Instruction.Call;
import org.jitalloc.Instruction.Nop;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.core.host.Bodies;
import org.jitalloc.core.host.MachineArch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two threads run a function, a third changes its call sites, the collector is kept busy. The
 * function has 256 sites; each calls a function that adds 1, or one that adds 65536, or none.
 * Whatever the moment, every site was one of the three, so a result in which the two counts come to
 * more than the sites, or any other number, is a torn instruction.
 */
class PokeStressTest {

  private static final int SITES = 256;

  /** One of this number of batches is made; 1 by default. */
  private static final int PART = Integer.getInteger("jitalloc.test.pokes.part", 1);

  private static final int ONE_SITE_POKES = 100_000 / PART;

  /** How often the collector comes in each case. */
  private static final int COLLECTIONS = 400 / PART;

  private final RandomGenerator random = RandomGenerator.getDefault();
  private final Bodies bodies = Bodies.ofThisMachine();
  private final TextPoke strategy = MachineArch.textPoke().orElseThrow();

  private JitMemory emit(OwnerAllocator allocator, byte[] code) {
    JitMemory memory = allocator.allocate(ModMemType.TEXT, code.length);
    memory.write(0, code);
    return memory.publish();
  }

  private JitMemory emitCaller(OwnerAllocator allocator, Instruction first) {
    long bytes = site(SITES) + bodies.callerEnd().length;
    JitMemory caller = allocator.allocate(ModMemType.TEXT, bytes);
    var code = new ByteArrayOutputStream();
    code.writeBytes(bodies.callerStart());
    for (int i = 0; i < SITES; i++) {
      code.writeBytes(allocator.poker().encode(first, caller.address() + site(i)));
    }
    code.writeBytes(bodies.callerEnd());
    caller.write(0, code.toByteArray());
    return caller.publish();
  }

  private long site(int i) {
    return bodies.callerStart().length + (long) strategy.siteBytes() * i;
  }

  private static boolean possible(int result) {
    int ones = result & 0xffff;
    int many = result >>> 16;
    return ones + many <= SITES;
  }

  /**
   * The batch sizes of the kernel's cases: one site, a few, a full vector. 1,000,800 pokes in all.
   */
  @ParameterizedTest
  @CsvSource({"1, 60000", "16, 22000", "256, 2300"})
  void callSites_changedUnderFire_neverTear(int batchSize, int allBatches) throws Throwable {
    int batches = allBatches / PART;
    try (TargetMemory memory = MemoryLifeTest.openTarget("host")) {
      OwnerAllocator allocator = memory.allocatorFor("test");
      Instruction[] choices = {
        new Nop(),
        new Call(emit(allocator, bodies.addOne()).address()),
        new Call(emit(allocator, bodies.addMany()).address())
      };
      JitMemory caller = emitCaller(allocator, choices[0]);
      MethodHandle run = caller.function(0, FunctionDescriptor.of(JAVA_INT));
      var stop = new AtomicBoolean();
      var collections = new Semaphore(0);
      try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
        List<Future<Long>> runners = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          runners.add(threads.submit(() -> runUntil(stop, run)));
        }
        Future<?> collector = threads.submit(() -> collectUntil(stop, collections));
        try {
          pokeAndCheck(allocator, caller, run, choices, batchSize, batches, collections);
        } finally {
          stop.set(true);
          collections.release();
        }
        for (Future<Long> runner : runners) {
          assertTrue(runner.get() > 0, "the function ran meanwhile");
        }
        collector.get();
      }
      assertEquals((long) batchSize * batches, allocator.stats().pokes());
      if (trapping(caller, choices)) {
        assertTrue(allocator.stats().traps() > 0, "threads met places in the middle of a change");
      }
    }
  }

  /**
   * The trap table has a record in turn and none. A handler that reads between two tables finds
   * none, and ends the process.
   */
  @Test
  void oneSite_pokedWithoutPause_isAlwaysInTheTableThatTheHandlerReads() throws Throwable {
    try (TargetMemory memory = MemoryLifeTest.openTarget("host")) {
      OwnerAllocator allocator = memory.allocatorFor("test");
      Instruction[] choices = {new Nop(), new Call(emit(allocator, bodies.addOne()).address())};
      JitMemory caller = emitCaller(allocator, choices[0]);
      MethodHandle run = caller.function(0, FunctionDescriptor.of(JAVA_INT));
      var stop = new AtomicBoolean();
      try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
        List<Future<Long>> runners = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          runners.add(threads.submit(() -> runUntil(stop, run)));
        }
        for (int n = 0; n < ONE_SITE_POKES; n++) {
          Instruction before = choices[n % 2];
          Instruction after = choices[(n + 1) % 2];
          allocator.poker().poke(new Poke(caller, site(0), before, after));
          assertEquals((n + 1) % 2, (int) run.invokeExact(), "runs the new code");
        }
        stop.set(true);
        for (Future<Long> runner : runners) {
          assertTrue(runner.get() > 0, "the function ran meanwhile");
        }
      }
    }
  }

  /** Whether threads can meet a trap: not where an instruction is replaced by a single store. */
  private boolean trapping(JitMemory caller, Instruction[] choices) {
    long address = caller.address() + site(0);
    var site =
        new PokeSite(
            address, strategy.encode(choices[0], address), strategy.encode(choices[1], address));
    return !strategy.plan(List.of(site)).traps().isEmpty();
  }

  private void pokeAndCheck(
      OwnerAllocator allocator,
      JitMemory caller,
      MethodHandle run,
      Instruction[] choices,
      int batchSize,
      int batches,
      Semaphore collections)
      throws Throwable {
    var state = new int[SITES];
    for (int n = 0; n < batches; n++) {
      List<Poke> batch = new ArrayList<>(batchSize);
      int first = random.nextInt(SITES);
      for (int i = 0; i < batchSize; i++) {
        int at = (first + i) % SITES;
        int next = (state[at] + 1 + random.nextInt(2)) % 3;
        batch.add(new Poke(caller, site(at), choices[state[at]], choices[next]));
        state[at] = next;
      }
      allocator.poker().poke(batch);
      int expected = 0;
      for (int s : state) {
        expected += s == 1 ? 1 : s == 2 ? 65536 : 0;
      }
      assertEquals(expected, (int) run.invokeExact(), "a call after the poke runs the new code");
      if (n % Math.max(1, batches / COLLECTIONS) == 0) {
        collections.release();
      }
    }
  }

  private static Long runUntil(AtomicBoolean stop, MethodHandle run) throws Exception {
    long runs = 0;
    try {
      while (!stop.get()) {
        int result = (int) run.invokeExact();
        if (!possible(result)) {
          throw new AssertionError("impossible result %x after %d runs".formatted(result, runs));
        }
        runs++;
      }
    } catch (Error | Exception failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
    return runs;
  }

  private static Void collectUntil(AtomicBoolean stop, Semaphore collections) throws Exception {
    List<byte[]> garbage = new ArrayList<>();
    while (!stop.get()) {
      collections.acquire();
      for (int n = 0; n < 1000; n++) {
        garbage.add(new byte[10_000]);
      }
      garbage.clear();
      System.gc();
    }
    return null;
  }
}
