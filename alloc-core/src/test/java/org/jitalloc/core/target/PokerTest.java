package org.jitalloc.core.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.jitalloc.Instruction.Breakpoint;
import org.jitalloc.Instruction.Call;
import org.jitalloc.Instruction.Jump;
import org.jitalloc.Instruction.Nop;
import org.jitalloc.Instruction.Raw;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
import org.jitalloc.TextPoker;
import org.jitalloc.core.leak.LeakPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Poking, on every target whose architecture can: the same calls, the same answers. */
class PokerTest {

  private TargetMemory memory;
  private OwnerAllocator allocator;
  private TextPoker poker;
  private JitMemory code;

  LeakPolicy policy() {
    return LeakPolicy.DEFAULT;
  }

  private void open(String target) {
    memory = MemoryLifeTest.openTarget(target, policy());
    allocator = memory.allocatorFor("test");
    poker = allocator.poker();
    code = allocator.allocate(ModMemType.TEXT, 4L * poker.siteBytes());
    for (int i = 0; i < 4; i++) {
      code.write(site(i), poker.encode(new Nop(), code.address() + site(i)));
    }
  }

  private long site(int i) {
    return (long) i * poker.siteBytes();
  }

  private byte[] at(int i) {
    return code.read(site(i), poker.siteBytes());
  }

  private Reason refused(List<Poke> batch) {
    return assertThrows(JitAllocException.class, () -> poker.poke(batch)).reason();
  }

  @AfterEach
  void close() {
    memory.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "image-amd64"})
  void batch_inAnyOrder_changesAllSites(String target) {
    open(target);
    code.publish();
    var jump = new Jump(code.address());
    var call = new Call(code.address() + site(1));
    poker.poke(
        List.of(new Poke(code, site(3), new Nop(), jump), new Poke(code, 0, new Nop(), call)));
    assertArrayEquals(poker.encode(call, code.address()), at(0));
    assertArrayEquals(poker.encode(new Nop(), code.address()), at(1));
    assertArrayEquals(poker.encode(jump, code.address() + site(3)), at(3));
    poker.poke(new Poke(code, 0, call, new Nop()));
    assertArrayEquals(poker.encode(new Nop(), code.address()), at(0));
    poker.poke(List.of());
    assertEquals(3, allocator.stats().pokes());
    assertEquals(2, allocator.stats().pokeBatches());
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "image-amd64"})
  void equalInstructionsThatAreNotThere_areRefused_andNoBreakpointIsKept(String target) {
    open(target);
    code.publish();
    var jump = new Jump(code.address());
    var one = new Breakpoint(code.address());
    var two = new Breakpoint(code.address() + site(1));
    assertEquals(Reason.TEXT_MISMATCH, refused(List.of(new Poke(code, 0, jump, jump))));
    assertEquals(Reason.TEXT_MISMATCH, refused(List.of(new Poke(code, 0, one, two))));
    assertEquals(List.of(), List.copyOf(memory.poker().kept()));
    poker.poke(new Poke(code, 0, new Nop(), new Nop()));
    assertArrayEquals(poker.encode(new Nop(), code.address()), at(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "image-amd64"})
  void offsetsBehindTheEnd_areRefused(String target) {
    open(target);
    code.publish();
    var jump = new Jump(code.address());
    for (long offset : new long[] {site(4), Long.MAX_VALUE - 2, Long.MIN_VALUE}) {
      assertEquals(
          Reason.INVALID_REQUEST, refused(List.of(new Poke(code, offset, new Nop(), jump))));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "image-amd64"})
  void whatCannotBePoked_isRefused_andNothingChanges(String target) {
    open(target);
    var nop = new Nop();
    var jump = new Jump(code.address());
    assertEquals(Reason.WRONG_STATE, refused(List.of(new Poke(code, 0, nop, jump))), "forming");
    code.publish();
    var good = new Poke(code, 0, nop, jump);
    assertEquals(Reason.TEXT_MISMATCH, refused(List.of(good, new Poke(code, site(1), jump, nop))));
    assertNotNull(refused(List.of(good, new Poke(code, 1, nop, jump))), "overlaps, or is no place");
    assertEquals(Reason.INVALID_REQUEST, refused(List.of(good, good)));
    assertNotNull(refused(List.of(good, new Poke(code, -1, nop, jump))), "outside, or no place");
    assertEquals(
        Reason.INVALID_REQUEST, refused(List.of(good, new Poke(code, site(4), nop, jump))));
    assertEquals(
        Reason.INVALID_REQUEST,
        refused(List.of(good, new Poke(code, site(2), nop, new Raw(new byte[] {1})))));
    assertEquals(
        Reason.UNREACHABLE,
        refused(
            List.of(good, new Poke(code, site(2), nop, new Jump(code.address() + (1L << 40))))));
    JitMemory data = allocator.allocate(ModMemType.DATA, 64).publish();
    assertEquals(Reason.WRONG_STATE, refused(List.of(good, new Poke(data, 0, nop, jump))));
    try (TargetMemory other = MemoryLifeTest.openTarget("image-amd64")) {
      JitMemory foreign = other.allocatorFor("other").allocate(ModMemType.TEXT, 64).publish();
      assertEquals(Reason.INVALID_REQUEST, refused(List.of(good, new Poke(foreign, 0, nop, jump))));
    }
    assertArrayEquals(poker.encode(nop, code.address()), at(0));
    code.close();
    assertEquals(Reason.WRONG_STATE, refused(List.of(good)), "freed");
    assertEquals(0, allocator.stats().pokes());
  }
}
