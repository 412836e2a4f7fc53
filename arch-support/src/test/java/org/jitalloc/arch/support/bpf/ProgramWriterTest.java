package org.jitalloc.arch.support.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.jitalloc.arch.bpf.BpfOp;
import org.junit.jupiter.api.Test;

/** What is asked of a machine, and in which order. */
class ProgramWriterTest {

  private static void check(String expected, Program program, boolean checked) {
    assertEquals(expected.strip().lines().toList(), TextMachine.write(program, checked));
  }

  @Test
  void registers_thatAreRead_areSet_inAscendingOrder() {
    check(
        """
        patchSite
        enterProgram f0
        constant 0 0
        memoryStart
        memoryBytes
        constant 7 0
        binary r0 r1 0
        binary r0 r2 0
        binary r0 r7 0
        leaveProgram f0
        """,
        new Program()
            .insn(BpfOp.ALU64 | BpfOp.ADD | BpfOp.X, 0, 1, 0, 0)
            .insn(BpfOp.ALU64 | BpfOp.ADD | BpfOp.X, 0, 2, 0, 0)
            .insn(BpfOp.ALU64 | BpfOp.ADD | BpfOp.X, 0, 7, 0, 0)
            .exit(),
        true);
  }

  /**
   * Limits 72 and 112 are those of 8 bytes. A second load of the same bytes is not tested. L1 is
   * where the first load is, L3 the way out.
   */
  @Test
  void load_isTestedOnce_forTheMemoryInLine_forTheStackOutOfLine() {
    check(
        """
        patchSite
        enterProgram f0
        memoryStart
        jumpIfOutside r0 r1 16 40 72 L0
        load r0 r1 16
        sumConstant true 3 1 8
        load r0 r3 8
        leaveProgram f0
        L0:
        jumpIfInside r0 r1 16 80 112 L1
        failingAddress r0 r1 16
        failingInsn 0
        jump L2
        L2:
        fail 2
        jump L3
        """,
        new Program().load(0, 1, 16).copy(3, 1).add(3, 8).load(0, 3, 8).exit(),
        true);
  }

  @Test
  void load_ofAnUncheckedProgram_orByR10_isNotTested() {
    check(
        "patchSite\nenterProgram f0\nmemoryStart\nload r0 r1 0\nleaveProgram f0",
        new Program().load(0, 1, 0).exit(),
        false);
    check(
        "patchSite\nenterProgram f0\nload r0 r10 -8\nleaveProgram f0",
        new Program().load(0, BpfOp.FP, -8).exit(),
        true);
  }

  @Test
  void atomic_byR10_isNotTestedForItsAlignment() {
    check(
        "patchSite\nenterProgram f0\nconstant 0 0\natomic r10 r0 -8 -\nleaveProgram f0",
        new Program().fetchAdd(BpfOp.FP, -8, 0).exit(),
        true);
    var lines = TextMachine.write(new Program().fetchAdd(1, 0, 0).exit(), true);
    assertEquals(1, lines.stream().filter("atomic r1 r0 0 L1"::equals).count(), lines.toString());
  }

  @Test
  void helper_isCalledIfThereIsStack_andTheArgumentsThatAreReadAfterwardsAreCleared() {
    var lines = TextMachine.write(new Program().call(5).copy(0, 3).exit(), true);
    int call = lines.indexOf("callHelper");
    assertEquals(
        List.of(
            "jumpIfStackLow L0",
            "loadHelper 4101",
            "callHelper",
            "jumpIfEnded L1",
            "constant 3 0",
            "move r0 r3 0"),
        lines.subList(call - 2, call + 4));
  }

  @Test
  void helperByRegister_isSearchedByATree() {
    var lines = TextMachine.write(new Program().callx(6).exit(), true);
    var search =
        lines.stream()
            .filter(l -> l.startsWith("jumpIfOther") || l.startsWith("jumpIfLower"))
            .map(l -> l.replaceAll(" L\\d+", ""))
            .toList();
    assertEquals(List.of("jumpIfOther 5", "jumpIfLower", "jumpIfOther 9", "jumpIfOther 1"), search);
    assertEquals(1, lines.stream().filter("loadHelper 0"::equals).count());
  }

  @Test
  void functions_followEachOther_andAreLeftFromDepthByTheFrame() {
    // The second function faults at its own depth.
    var lines = TextMachine.write(new Program().callLocal(1).exit().load(0, 1, 0).exit(), true);
    assertEquals(1, lines.stream().filter("restoreStack"::equals).count());
    assertEquals(1, lines.stream().filter("enterFunction f2"::equals).count());
    assertEquals(1, lines.stream().filter("leaveFunction f2"::equals).count());
    assertEquals(1, lines.stream().filter("leaveProgram f0"::equals).count());
  }

  @Test
  void secondExit_jumpsToTheFirst() {
    check(
        """
        patchSite
        enterProgram f0
        memoryStart
        constant 0 0
        jumpIf r1 r0 1 L0
        leaveProgram f0
        L0:
        jump L1
        """,
        new Program().mov(0, 0).jumpIfZero(1, 1).exit().exit(),
        true);
  }

  @Test
  void shiftsThatRotate_areOneRotation_ifNothingElseIsReadOfThem() {
    // r3 = r1; r3 >>= 26; r0 = r1; r0 <<= 6; r0 |= r3, of 32 bits
    var rotation =
        new Program()
            .insn(BpfOp.ALU | BpfOp.MOV | BpfOp.X, 3, 1, 0, 0)
            .insn(BpfOp.ALU | BpfOp.RSH, 3, 0, 0, 26)
            .insn(BpfOp.ALU | BpfOp.MOV | BpfOp.X, 0, 1, 0, 0)
            .insn(BpfOp.ALU | BpfOp.LSH, 0, 0, 0, 6)
            .insn(BpfOp.ALU | BpfOp.OR | BpfOp.X, 0, 3, 0, 0);
    check(
        "patchSite\nenterProgram f0\nmemoryStart\nrotate false 0 1 6\nleaveProgram f0",
        rotation.exit(),
        true);
  }

  @Test
  void shiftsWhosePartIsReadLater_areThemselves() {
    var lines =
        TextMachine.write(
            new Program()
                .copy(3, 1)
                .insn(BpfOp.ALU64 | BpfOp.RSH, 3, 0, 0, 58)
                .insn(BpfOp.ALU64 | BpfOp.LSH, 1, 0, 0, 6)
                .insn(BpfOp.ALU64 | BpfOp.OR | BpfOp.X, 1, 3, 0, 0)
                .copy(0, 3)
                .exit(),
            true);
    assertEquals(0, lines.stream().filter(l -> l.startsWith("rotate")).count());
    assertEquals(2, lines.stream().filter(l -> l.startsWith("shift")).count());
  }

  @Test
  void jumpOverAJump_isTurnedRound() {
    // 0: r0 = 0  1: if r1 == 0 goto 3  2: goto 4  3: r0 += 1  4: exit
    check(
        """
        patchSite
        enterProgram f0
        memoryStart
        constant 0 0
        jumpUnless r1 r0 1 L0
        binary r0 r0 0
        L0:
        leaveProgram f0
        """,
        new Program().mov(0, 0).jumpIfZero(1, 1).jump(1).add(0, 1).exit(),
        true);
  }

  @Test
  void unknownInstruction_isRefused() {
    var nothing = new Program().insn(BpfOp.ALU64 | 0xe0, 0, 0, 0, 0).exit();
    var e = assertThrows(IllegalArgumentException.class, () -> TextMachine.write(nothing, true));
    assertEquals(
        "the program was not checked: no such instruction: BpfInsn[opcode=231, dst=0, src=0,"
            + " offset=0, imm=0]",
        e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> TextMachine.write(new Program().call(77).exit(), true));
  }
}
