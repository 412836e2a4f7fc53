package org.jitalloc.core.target;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jitalloc.Instruction;
import org.jitalloc.Instruction.Breakpoint;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.core.host.HostSpace;
import org.jitalloc.core.host.MachineArch;
import org.jitalloc.core.poke.HostTraps;
import org.jitalloc.core.poke.Poker;
import org.jitalloc.core.poke.TrapTable;
import org.jitalloc.core.space.AddressSpace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An Error at each step of a poke: each access to memory and each change of the trap table throws
 * in turn, before or after it is done. The batch changes code, adds a breakpoint, moves one and
 * removes one.
 */
class PokeErrorTest {

  /** More steps than a batch has. */
  private static final int MANY = 1000;

  private static final int CHANGED = 0;
  private static final int ADDED = 1;
  private static final int MOVED = 2;
  private static final int REMOVED = 3;

  /** What calls of the four functions return before the batch and after it. */
  private static final List<Integer> BEFORE = List.of(1, 2, 11, 11);

  private static final List<Integer> AFTER = List.of(21, 11, 12, 4);

  /** A target in which steps can throw. */
  private static final class Fixture implements AutoCloseable {
    private final TargetMemory target = MemoryLifeTest.openTarget("host");
    private final OwnerAllocator allocator = target.allocatorFor("test");
    private final HostTraps traps;
    private final Poker poker;
    private final List<JitMemory> functions = new ArrayList<>();
    private final List<Poke> batch;
    private final boolean afterStep;
    private int failAt = MANY;
    private int steps;

    Fixture(boolean afterStep) {
      this.afterStep = afterStep;
      HostSpace host = (HostSpace) target.space();
      AddressSpaceLayout.Process process = (AddressSpaceLayout.Process) host.layout();
      traps = new HostTraps(process.window(), host.newTrapSignal());
      poker =
          new Poker(
              target,
              throwing(AddressSpace.class, host),
              throwing(TrapTable.class, traps),
              () -> MachineArch.textPoke().orElseThrow());
      for (int value : new int[] {1, 2, 3, 4}) {
        functions.add(constant(value));
      }
      var toEleven = new Breakpoint(constant(11).address());
      var toTwelve = new Breakpoint(constant(12).address());
      Instruction removed = first(REMOVED);
      poker.poke(
          List.of(
              new Poke(functions.get(MOVED), 0, first(MOVED), toEleven),
              new Poke(functions.get(REMOVED), 0, removed, toEleven)));
      Instruction changed = first(CHANGED);
      batch =
          List.of(
              new Poke(functions.get(CHANGED), 0, changed, firstOf(constant(21))),
              new Poke(functions.get(ADDED), 0, first(ADDED), toEleven),
              new Poke(functions.get(MOVED), 0, toEleven, toTwelve),
              new Poke(functions.get(REMOVED), 0, toEleven, removed));
    }

    private JitMemory constant(int value) {
      byte[] code = MachineArch.get().returnConstant(value);
      JitMemory memory = allocator.allocate(ModMemType.TEXT, code.length);
      memory.write(0, code);
      return memory.publish();
    }

    private Instruction first(int function) {
      JitMemory memory = functions.get(function);
      int bytes =
          function == CHANGED
              ? MachineArch.get().instructionAlignBytes() == 1 ? 5 : 4
              : poker.encode(new Breakpoint(0), memory.address()).length;
      return new Instruction.Raw(memory.read(0, bytes));
    }

    private Instruction firstOf(JitMemory other) {
      return new Instruction.Raw(other.read(0, ((Instruction.Raw) first(CHANGED)).bytes().length));
    }

    private <T> T throwing(Class<T> type, T real) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (_, method, arguments) -> step(real, method, arguments)));
    }

    private Object step(Object real, Method method, Object[] arguments) throws Throwable {
      int step = steps++;
      boolean throwsNow = step == failAt;
      if (throwsNow && !afterStep) {
        throw new StackOverflowError("before " + method.getName());
      }
      Object result;
      try {
        result = method.invoke(real, arguments);
      } catch (InvocationTargetException failure) {
        throw failure.getCause();
      }
      if (throwsNow) {
        throw new StackOverflowError("after " + method.getName());
      }
      return result;
    }

    private List<Integer> call() throws Throwable {
      List<Integer> results = new ArrayList<>();
      for (JitMemory function : functions) {
        results.add((int) function.function(0, FunctionDescriptor.of(JAVA_INT)).invokeExact());
      }
      return results;
    }

    private List<Byte> text() {
      List<Byte> bytes = new ArrayList<>();
      for (JitMemory function : functions) {
        for (byte b : function.read(0, Math.toIntExact(function.span().bytes()))) {
          bytes.add(b);
        }
      }
      return bytes;
    }

    private Map<Long, PokePlan.Trap> kept() {
      return traps.kept(List.copyOf(poker.kept()));
    }

    @Override
    public void close() {
      failAt = MANY;
      assertTrue(traps.release());
      target.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void errorAtAnyStep_leavesTextAndRecordsAsTheyWere(boolean afterStep) throws Throwable {
    try (var fixture = new Fixture(afterStep)) {
      List<Byte> text = fixture.text();
      Map<Long, PokePlan.Trap> kept = fixture.kept();
      assertEquals(2, kept.size());
      int failed = 0;
      for (boolean done = false; !done; failed++) {
        fixture.steps = 0;
        fixture.failAt = failed;
        try {
          fixture.poker.poke(fixture.batch);
          assertTrue(fixture.steps <= failed, "an Error was swallowed");
          done = true;
        } catch (StackOverflowError failure) {
          fixture.failAt = MANY;
          String where = "step " + failed + ", " + failure.getMessage();
          assertEquals(text, fixture.text(), where);
          assertEquals(kept, fixture.kept(), where);
          assertEquals(kept.size(), fixture.traps.records(), where);
          assertEquals(BEFORE, fixture.call(), where);
        }
      }
      assertTrue(failed > 10, "steps: " + failed);
      fixture.failAt = MANY;
      assertEquals(AFTER, fixture.call());
      assertEquals(2, fixture.traps.records());
    }
  }
}
