package org.jitalloc.bench.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jitalloc.Instruction;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Changes live code in batches of sites, from a no-operation to a jump and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PokeBatch {
  private static final int STRIDE_BYTES = 16;

  private final JitAllocator allocator = JitAlloc.host();
  private final List<Poke> toJumps = new ArrayList<>();
  private final List<Poke> toNops = new ArrayList<>();
  private boolean jumps;

  /** The number of sites in a batch. */
  @Param({"1", "16", "256"})
  public int places;

  /** Makes the state. */
  public PokeBatch() {}

  /** Creates code of idle sites. */
  @Setup(Level.Trial)
  public void form() {
    JitMemory code = allocator.allocate(ModMemType.TEXT, (long) places * STRIDE_BYTES);
    var nop = new Instruction.Nop();
    for (int i = 0; i < places; i++) {
      long offset = (long) i * STRIDE_BYTES;
      var jump = new Instruction.Jump(code.address());
      code.write(offset, allocator.poker().encode(nop, code.address() + offset));
      toJumps.add(new Poke(code, offset, nop, jump));
      toNops.add(new Poke(code, offset, jump, nop));
    }
    code.publish();
  }

  /** Measured. */
  @Benchmark
  public void poke() {
    allocator.poker().poke(jumps ? toNops : toJumps);
    jumps = !jumps;
  }
}
