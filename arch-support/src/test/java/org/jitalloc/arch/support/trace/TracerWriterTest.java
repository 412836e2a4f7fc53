package org.jitalloc.arch.support.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.jitalloc.arch.support.asm.TextCode;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers.Tracer;
import org.junit.jupiter.api.Test;

/** Counted words: DROPPED 16, NESTED 32, UNHOOKED 48. Kinds: CALL 1, RETURN 2. */
final class TracerWriterTest {
  private final TextCode code = new TextCode(Object::toString, true);

  private Tracer write(boolean calls, boolean returns, Long... callbacks) {
    var machine =
        new TracerEmitters(
            code,
            code.part(EntryEmitter.class),
            code.part(SlotEmitter.class),
            code.part(ReturnFrameEmitter.class),
            code.part(EventEmitter.class),
            code.part(CallbackEmitter.class));
    return new TracerWriter(new TracerSpec(calls, returns, List.of(callbacks)), machine).write();
  }

  /** Requests are separated by {@code ;}. */
  private static void assertText(String expected, List<String> lines) {
    assertEquals(
        String.join("\n", Arrays.stream(expected.split(";")).map(String::strip).toList()),
        String.join("\n", lines));
  }

  @Test
  void calls_areAStraightLine_andWhatIsRareStandsBehindIt() {
    Tracer tracer = write(true, false);
    assertEquals(0, tracer.entryOffset());
    assertText(
        """
        L0:; enter; loadNumber; first; jumpIfOther L1; L2:; jumpIfBusy L3; busy true;
        jumpIfOff L4; jumpIfFull L5; begin; putCall; kind 1; publish;
        L4:; busy false; L6:; leave;
        L5:; count 16; jump L4;
        L3:; count 32; jump L6;
        L1:; loadProbes; L7:; jumpIfMine L2; next L7;
        first; loadProbes; L8:; take L2; next L8;
        countUnplaced; jump L6\
        """,
        code.lines());
  }

  @Test
  void callbacks_comeInOrder_beforeTheReturnIsAwaited() {
    write(false, true, 1000L, 1008L);
    List<String> lines = code.lines();
    assertText(
        """
        enter; loadNumber; first; jumpIfOther L8; L9:; jumpIfBusy L10; busy true;
        save; call 1000; call 1008; restore;
        load false; L11:; jumpIfNone L12; last; jumpUnlessLeft L12; drop; jump L11;
        L12:; jumpIfFull L13; put;
        L14:; busy false; L15:; leave;
        L13:; count 48; jump L14;
        L10:; count 32; jump L15\
        """,
        lines.subList(lines.indexOf("enter"), lines.indexOf("L8:")));
  }

  @Test
  void theHook_takesTheFrameOfItsPlace_orTraps() {
    Tracer tracer = write(true, true);
    List<String> lines = code.lines();
    assertText(
        """
        enterHook; loadNumber; first; jumpIfOther L0; L1:; busy true;
        load true; L2:; jumpIfNone L3; last; drop; jumpIfOther L2; store; take;
        jumpIfOff L4; jumpIfFull L5; begin; putReturn; kindWithDepth 2; publish;
        L4:; busy false; leaveHook;
        L5:; count 16; jump L4;
        L0:; loadProbes; L6:; jumpIfMine L1; next L6;
        L3:; trap\
        """,
        lines.subList(0, lines.indexOf("enter") - 1));
    assertEquals("enter", lines.get(tracer.entryOffset() + 1), "behind its label");
  }

  @Test
  void depth_isWritten_onlyIfReturnsAreAwaited() {
    write(true, true);
    List<String> lines = code.lines();
    assertEquals("kindWithDepth 1", lines.get(lines.indexOf("putCall") + 1));
  }
}
