package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.FunctionDescriptor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.PokePlan.Trap;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.quota.Rulebook;
import org.jitalloc.core.target.TargetMemory;
import org.junit.jupiter.api.Test;

/**
 * Executes the trap fill of this architecture: it must raise the signal of the trap handler. The
 * handler has a record of a jump at each address of the fill, so the thread continues at the target
 * of the jump.
 */
class TrapFillTest {
  private static final int VALUE = 77;
  private static final int FILL_BYTES = 64;
  private static final FunctionDescriptor INT = FunctionDescriptor.of(JAVA_INT);

  private final Arch arch = MachineArch.get();
  private final TextPoke poke = MachineArch.textPoke().orElseThrow();

  @Test
  void trapFill_executedAtAnyOffset_raisesTheSignal() throws Throwable {
    try (var held = new ResourceStack();
        TargetMemory target =
            TargetMemory.host(
                arch,
                HostSpace.open(arch, HostOptions.of("auto")),
                LeakPolicy.DEFAULT,
                new Rulebook(),
                () -> poke);
        JitMemory elsewhere = emit(target.allocatorFor("test"), arch.returnConstant(VALUE));
        JitMemory fill = emit(target.allocatorFor("test"), new byte[0])) {
      var handler = poke.trapHandler().orElseThrow();
      var text = new AddressRange(fill.address(), fill.address() + FILL_BYTES);
      var signal = new TrapSignal(new LinuxCalls(), held);
      signal.install(handler, text);
      for (int offset = 0; offset < FILL_BYTES; offset += arch.instructionAlignBytes()) {
        var trap = trapThatJumps(fill.address() + offset, elsewhere.address());
        signal.change(List.of(trap), List.of());
        long carried = signal.carried();
        assertEquals(VALUE, (int) fill.function(offset, INT).invokeExact());
        assertEquals(carried + 1, signal.carried());
        signal.change(List.of(), List.of(trap.address()));
      }
      signal.release();
    }
  }

  private static JitMemory emit(JitAllocator allocator, byte[] code) {
    JitMemory memory = allocator.allocate(ModMemType.TEXT, Math.max(code.length, FILL_BYTES));
    memory.write(0, code);
    return memory.publish();
  }

  /** Returns the record with which the handler emulates a jump. */
  private Trap trapThatJumps(long address, long target) {
    byte[] jump = poke.encode(new Instruction.Jump(target), address);
    byte[] nop = poke.encode(new Instruction.Nop(), address);
    byte[] other = Arrays.copyOf(arch.returnConstant(0), jump.length);
    return Stream.of(nop, other)
        .flatMap(old -> poke.plan(List.of(new PokeSite(address, old, jump))).traps().stream())
        .findFirst()
        .orElseThrow();
  }
}
