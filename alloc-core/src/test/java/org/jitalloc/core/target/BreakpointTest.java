package org.jitalloc.core.target;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.Instruction;
import org.jitalloc.Instruction.Breakpoint;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
import org.jitalloc.core.host.MachineArch;
import org.jitalloc.core.leak.LeakPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Breakpoints that stay, and grace periods for code that changes in steps. */
class BreakpointTest {

  private TargetMemory target;
  private OwnerAllocator allocator;
  private JitMemory one;
  private JitMemory two;

  @BeforeEach
  void open() {
    target = MemoryLifeTest.openTarget("host", LeakPolicy.DEFAULT);
    allocator = target.allocatorFor("test");
    one = constant(1);
    two = constant(2);
  }

  @AfterEach
  void close() {
    target.close();
  }

  private JitMemory constant(int value) {
    byte[] code = MachineArch.get().returnConstant(value);
    JitMemory memory = allocator.allocate(ModMemType.TEXT, code.length);
    memory.write(0, code);
    return memory.publish();
  }

  private static int call(JitMemory memory) throws Throwable {
    MethodHandle function = memory.function(0, FunctionDescriptor.of(JAVA_INT));
    return (int) function.invokeExact();
  }

  /** The unit that a breakpoint takes the place of. */
  private Instruction first(JitMemory memory) {
    int bytes = allocator.poker().encode(new Breakpoint(0), memory.address()).length;
    return new Instruction.Raw(memory.read(0, bytes));
  }

  @Test
  void breakpoint_sendsThreadsElsewhere_untilItIsTakenAway() throws Throwable {
    Instruction before = first(one);
    var toTwo = new Breakpoint(two.address());
    var toThree = new Breakpoint(constant(3).address());
    allocator.poker().poke(new Poke(one, 0, before, toTwo));
    assertEquals(2, call(one));
    assertEquals(2, call(one));
    allocator.poker().poke(new Poke(one, 0, toTwo, toThree));
    assertEquals(3, call(one));
    allocator.poker().poke(new Poke(one, 0, toThree, before));
    assertEquals(1, call(one));
  }

  @Test
  void breakpoint_isKnown_whileOtherPlacesChange() throws Throwable {
    var toTwo = new Breakpoint(two.address());
    allocator.poker().poke(new Poke(one, 0, first(one), toTwo));
    JitMemory other = allocator.allocate(ModMemType.TEXT, 64);
    other.write(0, allocator.poker().encode(new Instruction.Nop(), other.address()));
    other.publish();
    Instruction jump = new Instruction.Jump(two.address());
    allocator.poker().poke(new Poke(other, 0, new Instruction.Nop(), jump));
    assertEquals(2, call(one));
    allocator.poker().poke(new Poke(other, 0, jump, new Instruction.Nop()));
    assertEquals(2, call(one));
  }

  @Test
  void aBatchThatIsRefused_leavesBreakpointsAsTheyWere() throws Throwable {
    var toTwo = new Breakpoint(two.address());
    allocator.poker().poke(new Poke(one, 0, first(one), toTwo));
    JitMemory third = constant(3);
    byte[] wrong = ((Instruction.Raw) first(third)).bytes();
    wrong[0] ^= 1;
    List<Poke> batch =
        List.of(
            new Poke(one, 0, toTwo, new Breakpoint(third.address())),
            new Poke(third, 0, new Instruction.Raw(wrong), toTwo));
    assertThrows(JitAllocException.class, () -> allocator.poker().poke(batch));
    assertEquals(2, call(one));
    assertEquals(3, call(third));
  }

  /** How many breakpoints are known. */
  private int kept() {
    return target.poker().kept().size();
  }

  @Test
  void breakpointInFreedText_isForgotten_whenItsPlaceIsCleared() {
    JitMemory probed = constant(5);
    allocator.poker().poke(new Poke(one, 0, first(one), new Breakpoint(two.address())));
    allocator.poker().poke(new Poke(probed, 0, first(probed), new Breakpoint(two.address())));
    assertEquals(2, kept());
    probed.close();
    allocator.stats();
    assertEquals(1, kept(), "the other one stays");
  }

  @Test
  void breakpointsOfAnOwner_areForgotten_whenTheyGo() {
    OwnerAllocator guest = target.allocatorFor("guest");
    byte[] code = MachineArch.get().returnConstant(9);
    JitMemory probed = guest.allocate(ModMemType.TEXT, code.length);
    probed.write(0, code);
    probed.publish();
    allocator.poker().poke(new Poke(probed, 0, first(probed), new Breakpoint(two.address())));
    guest.close();
    allocator.stats();
    assertEquals(0, kept());
  }

  @Test
  void aBatchThatIsRefused_forABreakpointThatIsNotThere_addsNone() throws Throwable {
    var toTwo = new Breakpoint(two.address());
    var wrong = new Poke(one, 0, toTwo, first(one));
    assertThrows(JitAllocException.class, () -> allocator.poker().poke(wrong));
    assertEquals(0, kept());
    assertEquals(1, call(one));
  }

  @Test
  void many_areAllFound() throws Throwable {
    List<JitMemory> places = new ArrayList<>();
    List<Poke> batch = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      JitMemory place = constant(7);
      places.add(place);
      batch.add(new Poke(place, 0, first(place), new Breakpoint(constant(i).address())));
    }
    allocator.poker().poke(batch);
    var found = new int[100];
    for (int i = 0; i < 100; i++) {
      found[i] = call(places.get(i));
    }
    var wanted = new int[100];
    Arrays.setAll(wanted, i -> i);
    assertTrue(Arrays.equals(wanted, found), Arrays.toString(found));
  }

  @Test
  void gracePeriod_actionThatFails_failsForItselfAlone() {
    boolean[] done = {false};
    allocator.afterGracePeriod(
        () -> {
          throw new IllegalStateException("a stranger's");
        });
    allocator.afterGracePeriod(() -> done[0] = true);
    assertTrue(done[0]);
  }

  @Test
  void gracePeriod_isOver_whenNobodyIsInside() {
    boolean[] done = {false};
    allocator.afterGracePeriod(() -> done[0] = true);
    assertTrue(done[0]);
  }
}
