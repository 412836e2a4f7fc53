package org.jitalloc.bpf.check;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.bpf.BpfLoadException;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.bpf.testing.Asm;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProgramCheckerTest {

  private static final Map<Integer, String> HELPERS = Map.of(7, "seven");

  static Stream<Arguments> broken() {
    return Stream.of(
        arguments(program().insn(0xff, 0, 0, 0, 0).exit(), 0, "there is no such operation"),
        arguments(program().insn(0x8c, 0, 0, 0, 0).exit(), 0, "there is no such operation"),
        arguments(program().insn(0x96, 0, 0, 0, 0).exit(), 0, "there is no such operation"),
        arguments(program().insn(0x20, 0, 0, 0, 4).exit(), 0, "there is no such operation"),
        arguments(program().insn(0x99, 0, 0, 0, 0).exit(), 0, "there is no such operation"),
        arguments(program().insn(0xcb, 1, 0, 0, 0).exit(), 0, "there is no such operation"),
        arguments(program().mov(11, 0).exit(), 0, "there is no register r11 (dst)"),
        arguments(program().movReg(0, 15).exit(), 0, "there is no register r15 (src)"),
        arguments(program().mov(10, 0).exit(), 0, "r10 must not be written"),
        arguments(program().load(8, 10, 1, 0).exit(), 0, "r10 must not be written"),
        arguments(program().constant(10, 0).exit(), 0, "r10 must not be written"),
        arguments(
            program().atomic(8, 1, 0, 10, BpfOp.ADD | BpfOp.FETCH).exit(),
            0,
            "r10 must not be written"),
        arguments(program().atomic(8, 1, 0, 2, 0x20).exit(), 0, "imm is 32, must be one of"),
        arguments(program().atomic(8, 1, 0, 2, 0xe0).exit(), 0, "imm is 224, must be one of"),
        arguments(program().atomic(8, 10, -12, 2, 0).exit(), 0, "r10-12 is not"),
        arguments(
            program().insn(BpfOp.ALU64 | BpfOp.DIV, 0, 0, 2, 1).exit(),
            0,
            "offset is 2, must be one of"),
        arguments(
            program().insn(BpfOp.ALU | BpfOp.MOV | BpfOp.X, 0, 1, 32, 0).exit(),
            0,
            "offset is 32, must be one of [0, 8, 16]"),
        arguments(program().insn(BpfOp.BSWAP, 0, 0, 0, 8).exit(), 0, "imm is 8, must be one of"),
        arguments(program().exit().insn(BpfOp.LDDW, 0, 0, 0, 0), 1, "its second half is missing"),
        arguments(program().insn(BpfOp.LDDW, 0, 0, 0, 0).exit(), 0, "its second half is missing"),
        arguments(
            program().insn(BpfOp.LDDW, 0, 0, 0, 0).insn(0, 0, 0, 4, 0).exit(),
            1,
            "must be zero but for imm; dst is 0, src 0, offset 4"),
        arguments(program().insn(BpfOp.LDDW, 0, 2, 0, 0).insn(0, 0, 0, 0, 0).exit(), 0, "src is 2"),
        arguments(program().store(8, 10, 0, 1).exit(), 0, "8 bytes at r10+0 are outside"),
        arguments(program().store(8, 10, -7, 1).exit(), 0, "8 bytes at r10-7 are outside"),
        arguments(program().store(1, 10, -513, 1).exit(), 0, "1 bytes at r10-513 are outside"),
        arguments(program().jump(1).exit(), 0, "jumps to instruction 2, outside"),
        arguments(program().jump(-2).exit(), 0, "jumps to instruction -1, outside"),
        arguments(
            program().jumpIf(BpfOp.JEQ, 0, 0, 1).exit(), 0, "jumps to instruction 2, outside"),
        arguments(
            program().insn(BpfOp.GOTOL, 0, 0, 0, Integer.MAX_VALUE).exit(),
            0,
            "jumps to instruction 2147483648, outside"),
        arguments(program().jump(-1).exit(), 0, "jumps to itself"),
        arguments(program().insn(BpfOp.GOTOL, 0, 0, 0, -1).exit(), 0, "jumps to itself"),
        arguments(
            program().jumpIf(BpfOp.JEQ, 0, 0, 1).constant(1, 0).exit(),
            0,
            "instruction 2, the second half"),
        arguments(program().mov(0, 0), 0, "the last instruction of a function"),
        arguments(program().exit().constant(0, 0), 2, "the last instruction of a function"),
        arguments(
            program().jumpIf(BpfOp.JEQ, 0, 0, 0).callLocal(1).exit().mov(0, 0),
            3,
            "the last instruction of a function (here instructions 3 to 3)"),
        arguments(
            program().callLocal(1).exit().jump(-3).exit(), 2, "outside of its function [2, 4)"),
        arguments(program().callLocal(5).exit(), 0, "calls instruction 6, outside of the program"),
        arguments(program().callLocal(-2).exit(), 0, "calls instruction -1, outside"),
        arguments(program().callLocal(2).exit().constant(0, 0).exit(), 0, "the second half"),
        arguments(program().callLocal(-1).exit(), 0, "recursion"),
        arguments(
            program().callLocal(1).exit().callLocal(1).exit().callLocal(-3).exit(),
            4,
            "recursion: the function at instruction 2"),
        arguments(program().call(8).exit(), 0, "there is no helper 8; known: 7 seven"),
        arguments(program().insn(BpfOp.CALL, 0, 2, 0, 7).exit(), 0, "src is 2"),
        arguments(program().insn(BpfOp.CALLX, 1, 1, 0, 0).exit(), 0, "src must be 0"),
        arguments(program().insn(BpfOp.EXIT, 0, 0, 0, 1), 0, "imm must be 0"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void check_brokenProgram_namesInstructionAndRule(Asm program, int instruction, String reason) {
    var refused = assertThrows(BpfLoadException.class, () -> check(program));
    assertTrue(refused.reason().contains(reason), refused.getMessage());
    assertEquals(instruction, refused.instruction(), refused.getMessage());
  }

  @Test
  void check_message_hasIndexTextBytesAndRule() {
    var refused = assertThrows(BpfLoadException.class, () -> check(program().mov(0, 1).call(8)));
    assertEquals(
        "instruction 1: call 8 (85 00 00 00 08 00 00 00): there is no helper 8; known: 7 seven",
        refused.getMessage());
  }

  @Test
  void check_length_isNamed() {
    assertWhole("program: it is empty; it needs at least an exit", new byte[0]);
    assertWhole(
        "program: its length is 9 bytes, no multiple of 8: the last instruction is incomplete",
        new byte[9]);
    assertWhole(
        "program: it has 1000001 instructions, the limit is 1000000",
        new byte[8 * (BpfRuntime.MAX_INSTRUCTIONS + 1)]);
  }

  @Test
  void check_longestProgram_isTaken() {
    var bytes = new byte[8 * BpfRuntime.MAX_INSTRUCTIONS];
    for (int i = 0; i < bytes.length; i += 8) {
      bytes[i] = (byte) BpfOp.EXIT;
    }
    assertEquals(
        BpfRuntime.MAX_INSTRUCTIONS,
        ProgramChecker.check(bytes, ByteOrder.LITTLE_ENDIAN, HELPERS).insns().size());
  }

  @Test
  void check_functions_areFoundByCalls() {
    CheckedProgram checked =
        check(program().callLocal(3).callLocal(1).exit().exit().callLocal(-2).exit());
    assertEquals(
        List.of(new BpfFunction(0, 3), new BpfFunction(3, 4), new BpfFunction(4, 6)),
        checked.functions());
    assertEquals(3, checked.depth());
  }

  @Test
  void check_eightFunctionsDeep_isTheLimit() {
    assertEquals(8, check(chain(8)).depth());
    var refused = assertThrows(BpfLoadException.class, () -> check(chain(9)));
    assertTrue(refused.reason().contains("deeper than 8"), refused.getMessage());
  }

  private static Asm chain(int functions) {
    Asm program = program();
    for (int i = 1; i < functions; i++) {
      program.callLocal(1).exit();
    }
    return program.exit();
  }

  @Test
  void check_stackBytes_coversWhatCanBeWritten() {
    assertEquals(0, check(program().mov(0, 0).exit()).stackBytes());
    assertEquals(24, check(program().store(4, 10, -20, 1).exit()).stackBytes());
    assertEquals(512, check(program().movReg(1, 10).exit()).stackBytes());
    assertEquals(512, check(program().store(8, 1, 0, 10).exit()).stackBytes());
    assertEquals(512, check(program().jumpIf(BpfOp.JGT, 10, 0, 0).exit()).stackBytes());
    assertEquals(0, check(program().callLocal(1).exit().exit()).stackBytes());
    assertEquals(
        1024, check(program().callLocal(1).exit().store(1, 10, -1, 1).exit()).stackBytes());
  }

  @Test
  void check_helpers_areCollected() {
    CheckedProgram checked = check(program().call(7).callx(3).exit());
    assertEquals(Set.of(7), checked.helpers());
    assertTrue(checked.callsByRegister());
  }

  @Seeded(tries = 20_000)
  void check_anyBytes_isRefusedOrAProgram(RandomValues values) {
    assertRefusedOrWhole(values.bytes(0, 64));
  }

  /** Bytes that are mostly right get further than random ones. */
  @Seeded(tries = 20_000)
  void check_nearlyAProgram_isRefusedOrAProgram(RandomValues values) {
    Asm program = program();
    byte[] operations = values.bytes(1, 6);
    int fields = values.anyInt();
    long wild = values.anyLong();
    for (byte operation : operations) {
      program.insn(operation & 0xff, fields & 7, fields >> 3 & 7, fields >> 6 & 3, fields >> 8 & 1);
    }
    byte[] bytes = program.exit().bytes();
    bytes[(int) Long.remainderUnsigned(wild, bytes.length)] ^= (byte) (wild >>> 56);
    assertRefusedOrWhole(bytes);
  }

  private static void assertRefusedOrWhole(byte[] bytes) {
    CheckedProgram checked;
    try {
      checked = ProgramChecker.check(bytes, ByteOrder.LITTLE_ENDIAN, HELPERS);
    } catch (BpfLoadException refused) {
      assertTrue(refused.instruction() < bytes.length / BpfInsn.BYTES, refused.getMessage());
      assertTrue(refused.instruction() < 0 || !refused.disassembly().isEmpty());
      return;
    }
    assertEquals(bytes.length / BpfInsn.BYTES, checked.functions().getLast().end());
  }

  private static void assertWhole(String message, byte[] bytes) {
    var refused =
        assertThrows(
            BpfLoadException.class,
            () -> ProgramChecker.check(bytes, ByteOrder.LITTLE_ENDIAN, HELPERS));
    assertEquals(message, refused.getMessage());
    assertEquals(-1, refused.instruction());
  }

  private static CheckedProgram check(Asm program) {
    return ProgramChecker.check(program.bytes(), ByteOrder.LITTLE_ENDIAN, HELPERS);
  }
}
