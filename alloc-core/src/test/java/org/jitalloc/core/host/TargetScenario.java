package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.Instruction;
import org.jitalloc.Instruction.Jump;
import org.jitalloc.Instruction.Nop;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
import org.jitalloc.arch.Arch;
import org.jitalloc.core.target.TargetMemory;

/**
 * Exercises all functions of a target of this process, in independent parts. Each part tolerates
 * the failure of one system call.
 */
final class TargetScenario {

  private static final FunctionDescriptor CONSTANT = FunctionDescriptor.of(JAVA_INT);
  private static final int MORE_THAN_A_SLAB = (2 << 20) + 100;
  private static final byte[] DATA = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  private final Arch arch = MachineArch.get();
  private final FaultyCalls calls;
  private final JitAllocator allocator;
  private final boolean pokes;

  TargetScenario(TargetMemory memory, FaultyCalls calls) {
    this.calls = calls;
    allocator = memory.allocatorFor("test");
    pokes = MachineArch.textPoke().isPresent();
  }

  private interface Part {
    void run() throws Throwable;
  }

  /** Runs all parts. If a part fails because of the injected failure, runs the remaining parts. */
  void run() throws Throwable {
    for (ModMemType type : ModMemType.values()) {
      part(() -> life(type, 100));
    }
    // Each of these needs a slab of its own, which is unmapped afterwards.
    part(() -> life(ModMemType.TEXT, MORE_THAN_A_SLAB));
    part(() -> life(ModMemType.DATA, MORE_THAN_A_SLAB));
    part(this::code);
    part(() -> assertTrue(allocator.stats().reservedBytes() > 0));
    part(() -> assertTrue(allocator.slabs().size() > 0));
  }

  private void part(Part part) throws Throwable {
    try {
      part.run();
    } catch (JitAllocException failure) {
      assertNamed(failure);
      code();
      life(ModMemType.DATA, 100);
    }
  }

  /** Checks that an exception reports the injected failure; otherwise throws it. */
  void assertNamed(JitAllocException failure) {
    if (calls.failed().isEmpty() || !failure.getMessage().contains(calls.failed())) {
      throw failure;
    }
  }

  private void life(ModMemType type, int bytes) {
    JitMemory memory = allocator.allocate(type, bytes);
    try {
      memory.write(bytes - DATA.length, DATA);
      memory.publish();
      if (type == ModMemType.RO_AFTER_INIT) {
        memory.seal();
      }
      assertArrayEquals(DATA, memory.read(bytes - DATA.length, DATA.length));
    } finally {
      free(memory);
    }
    assertNull(allocator.find(memory.address()));
  }

  /** Frees memory. It is freed even if a system call fails. */
  private void free(JitMemory memory) {
    try {
      memory.close();
    } catch (JitAllocException failure) {
      assertNamed(failure);
    }
    assertEquals(JitMemory.State.FREED, memory.state());
    try {
      // Completes the grace period and clears the memory.
      allocator.stats();
    } catch (JitAllocException failure) {
      assertNamed(failure);
    }
  }

  private void code() throws Throwable {
    byte[] constant = arch.returnConstant(7);
    byte[] site = pokes ? allocator.poker().encode(new Nop(), 0) : new byte[0];
    JitMemory memory = allocator.allocate(ModMemType.TEXT, site.length + constant.length);
    try {
      memory.write(0, site);
      memory.write(site.length, constant);
      memory.publish();
      assertEquals(7, call(memory));
      if (pokes) {
        var jump = new Jump(memory.address() + site.length);
        poke(memory, new Nop(), jump);
        poke(memory, jump, new Nop());
      }
    } finally {
      free(memory);
    }
  }

  private static int call(JitMemory memory) throws Throwable {
    return (int) memory.function(0, CONSTANT).invokeExact();
  }

  /** Pokes. After a failure the code is unchanged and callable. */
  private void poke(JitMemory memory, Instruction from, Instruction to) throws Throwable {
    List<byte[]> either = new ArrayList<>();
    either.add(allocator.poker().encode(from, memory.address()));
    try {
      allocator.poker().poke(new Poke(memory, 0, from, to));
      either.set(0, allocator.poker().encode(to, memory.address()));
    } finally {
      assertArrayEquals(either.getFirst(), memory.read(0, either.getFirst().length));
      assertEquals(7, call(memory));
    }
  }
}
