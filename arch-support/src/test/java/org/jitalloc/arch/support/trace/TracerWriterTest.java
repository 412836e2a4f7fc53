package org.jitalloc.arch.support.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.jitalloc.NativeThread;
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
            code.part(StackEmitter.class),
            code.part(EventEmitter.class),
            code.part(CallbackEmitter.class));
    return new TracerWriter(
            new TracerSpec(calls, returns, List.of(callbacks)), NativeThread.NONE, machine)
        .write();
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
        L0:; enter; loadNumber; first; jumpIfOther L1; L2:; jumpIfBusy L3; L4:; busy true;
        jumpIfOff L5; jumpIfFull L6; begin; putCall; kind 1; publish;
        L5:; busy false; L7:; leave;
        L6:; count 16; jump L5;
        L3:; ask; jumpIfOnAlternate L8; jumpIfAlternate BUSY L9;
        L10:; jumpIfBelowBusy L11; L9:; answered; jump L4;
        L8:; jumpIfAlternate BUSY L10; L11:; answered;
        L12:; count 32; jump L7;
        L1:; loadProbes; L13:; jumpIfMine L2; next L13;
        first; loadProbes; L14:; take L2; next L14;
        countUnplaced; jump L7\
        """,
        code.lines());
  }

  @Test
  void callbacks_comeInOrder_beforeTheReturnIsAwaited() {
    write(false, true, 1000L, 1008L);
    List<String> lines = code.lines();
    assertText(
        """
        enter; loadNumber; first; jumpIfOther L22; L23:; jumpIfBusy L24; L25:; busy true;
        save; call 1000; call 1008; restore;
        load false; L26:; jumpIfNone L27; last; jumpUnlessLower L27 L28; jump L29;
        L27:; jumpIfFull L30; put false;
        L31:; L32:; busy false; L33:; leave;
        L30:; count 48; jump L32;
        L28:; jumpIfHooked L27; drop; jump L26;
        L29:; store; ask;
        L34:; jumpIfNone L35; last; jumpIfSame L36; jumpIfAlternate FRAME L37;
        jumpIfOnAlternate L38; jumpUnlessOwn FRAME L38;
        L39:; jumpIfHigher L35;
        L40:; drop; L41:; jumpIfLast L42; swap; jump L41; L42:; store; jump L34;
        L38:; drop; jump L34;
        L37:; jumpIfOnAlternate L39; jump L40;
        L36:; jumpIfHooked L35; jump L40;
        L35:; jumpIfAll L43; answered; all; jumpIfFull L30; put true; jump L31;
        L43:; answered; jump L27\
        """,
        lines.subList(lines.indexOf("enter"), lines.indexOf("L24:")));
  }

  @Test
  void theHook_takesTheFrameOfItsPlace_whereverItIs_orTraps() {
    Tracer tracer = write(true, true);
    List<String> lines = code.lines();
    assertText(
        """
        enterHook; loadNumber; first; jumpIfOther L0; L1:; busy true;
        load true; jumpIfNone L2; last; drop; jumpIfOther L3; L4:; store; take;
        jumpIfOff L5; jumpIfFull L6; begin; putReturn; kindWithDepth 2; publish;
        L5:; busy false; leaveHook;
        L6:; count 16; jump L5;
        L3:; keep; store; ask;
        L7:; jumpIfNone L8; last; jumpIfSame L9; jumpIfAlternate FRAME L10;
        jumpIfOnAlternate L11; jumpUnlessOwn FRAME L11;
        L12:; jumpIfHigher L8;
        L13:; drop; L14:; jumpIfLast L15; swap; jump L14; L15:; store; jump L7;
        L11:; drop; jump L7;
        L10:; jumpIfOnAlternate L12; jump L13;
        L9:; L8:; all; L16:; jumpIfNone L2; last; jumpIfSame L17; drop; jump L16;
        L17:; drop; L18:; jumpIfLast L19; swap; jump L18; L19:; answered; jump L4;
        L0:; loadProbes; L20:; jumpIfMine L1; next L20;
        L2:; trap\
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
