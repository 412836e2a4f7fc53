package org.jitalloc.core.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jitalloc.Instruction;
import org.jitalloc.Instruction.Call;
import org.jitalloc.Instruction.Nop;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
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

  /** xor eax,eax / add eax,1; ret / add eax,65536; ret / ret, of x86-64. */
  private static final byte[] CLEAR = {0x31, (byte) 0xc0};

  private static final byte[] ADD_ONE = {(byte) 0x83, (byte) 0xc0, 1, (byte) 0xc3};
  private static final byte[] ADD_MANY = {5, 0, 0, 1, 0, (byte) 0xc3};
  private static final byte[] RETURN = {(byte) 0xc3};

  private final RandomGenerator random = RandomGenerator.getDefault();

  private JitMemory emit(OwnerAllocator allocator, byte[] code) {
    JitMemory memory = allocator.allocate(ModMemType.TEXT, code.length);
    memory.write(0, code);
    return memory.publish();
  }

  private JitMemory emitCaller(OwnerAllocator allocator, Instruction first) {
    JitMemory caller =
        allocator.allocate(ModMemType.TEXT, CLEAR.length + 5 * SITES + RETURN.length);
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    code.writeBytes(CLEAR);
    for (int i = 0; i < SITES; i++) {
      code.writeBytes(allocator.poker().encode(first, caller.address() + site(i)));
    }
    code.writeBytes(RETURN);
    caller.write(0, code.toByteArray());
    return caller.publish();
  }

  private static long site(int i) {
    return CLEAR.length + 5L * i;
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
  void callSites_changedUnderFire_neverTear(int batchSize, int batches) throws Throwable {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the bodies here are x86 code");
    try (TargetMemory memory = MemoryLifeTest.openTarget("host")) {
      OwnerAllocator allocator = memory.allocatorFor("test");
      Instruction[] choices = {
        new Nop(),
        new Call(emit(allocator, ADD_ONE).address()),
        new Call(emit(allocator, ADD_MANY).address())
      };
      JitMemory caller = emitCaller(allocator, choices[0]);
      MethodHandle run = caller.function(0, FunctionDescriptor.of(JAVA_INT));
      AtomicBoolean stop = new AtomicBoolean();
      try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
        List<Future<Long>> runners = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          runners.add(threads.submit(() -> runUntil(stop, run)));
        }
        Future<?> collector = threads.submit(() -> collectUntil(stop));
        try {
          pokeAndCheck(allocator, caller, run, choices, batchSize, batches);
        } finally {
          stop.set(true);
        }
        for (Future<Long> runner : runners) {
          assertTrue(runner.get() > 0, "the function ran meanwhile");
        }
        collector.get();
      }
      assertEquals((long) batchSize * batches, allocator.stats().pokes());
      assertTrue(allocator.stats().traps() > 0, "threads met places in the middle of a change");
    }
  }

  private void pokeAndCheck(
      OwnerAllocator allocator,
      JitMemory caller,
      MethodHandle run,
      Instruction[] choices,
      int batchSize,
      int batches)
      throws Throwable {
    int[] state = new int[SITES];
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

  private static void collectUntil(AtomicBoolean stop) {
    List<byte[]> garbage = new ArrayList<>();
    for (int n = 0; !stop.get(); n++) {
      garbage.add(new byte[100_000]);
      if (garbage.size() == 1000) {
        garbage.clear();
        System.gc();
      }
    }
  }
}
