package org.jitalloc.bpf;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.testing.Asm;
import org.jitalloc.bpf.testing.TestRuntimes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs of either byte order, by what their memory looks like; on each engine that runs them.
 */
class ByteOrderTest {
  private static final BpfRuntime RUNTIME = TestRuntimes.runtime();
  private static final List<ByteOrder> ORDERS =
      List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);

  static Stream<BpfLoadOptions> bothOrders() {
    return ORDERS.stream()
        .flatMap(
            order ->
                TestRuntimes.ENGINES.stream()
                    .filter(
                        e ->
                            e == Engine.INTERPRETER
                                || TestRuntimes.compiledOrders().contains(order))
                    .map(engine -> TestRuntimes.on(engine).withByteOrder(order)));
  }

  private static long run(BpfLoadOptions options, Asm asm, ByteBuffer memory) {
    try (BpfProgram program = RUNTIME.load(asm.bytes(options.byteOrder()), options)) {
      assertEquals(options.engine(), program.engine());
      assertEquals(options.byteOrder(), program.byteOrder());
      return program.run(memory.array());
    }
  }

  private static ByteBuffer memory(BpfLoadOptions options, int bytes) {
    return ByteBuffer.allocate(bytes).order(options.byteOrder());
  }

  @ParameterizedTest
  @MethodSource("bothOrders")
  void stores_writeNumbersInTheOrderOfTheProgram(BpfLoadOptions options) {
    var memory = memory(options, 32);
    Asm asm =
        program()
            .constant(3, 0x1122334455667788L)
            .store(8, 1, 0, 3)
            .store(4, 1, 8, 3)
            .store(2, 1, 12, 3)
            .store(1, 1, 14, 3)
            .insn(BpfOp.ST | BpfOp.MEM | Asm.size(4), 1, 0, 16, 0x01020304)
            .insn(BpfOp.ST | BpfOp.MEM | Asm.size(8), 1, 0, 24, -2)
            .mov(0, 0)
            .exit();
    run(options, asm, memory);
    assertEquals(0x1122334455667788L, memory.getLong(0));
    assertEquals(0x55667788, memory.getInt(8));
    assertEquals(0x7788, memory.getShort(12));
    assertEquals((byte) 0x88, memory.get(14));
    assertEquals(0x01020304, memory.getInt(16));
    assertEquals(-2, memory.getLong(24));
  }

  @ParameterizedTest
  @MethodSource("bothOrders")
  void loads_readNumbersInTheOrderOfTheProgram_alsoFromTheStack(BpfLoadOptions options) {
    for (int bytes : new int[] {1, 2, 4, 8}) {
      for (int mode : bytes == 8 ? new int[] {BpfOp.MEM} : new int[] {BpfOp.MEM, BpfOp.MEMSX}) {
        var memory = memory(options, 8).putLong(0, 0);
        long value = 0x8182838485868788L >>> Long.SIZE - bytes * 8;
        byte[] number = memory(options, 8).putLong(value).array();
        int from = options.byteOrder() == ByteOrder.BIG_ENDIAN ? 8 - bytes : 0;
        memory.put(0, number, from, bytes);
        int size = Asm.size(bytes);
        int unused = Long.SIZE - bytes * 8;
        long expected = mode == BpfOp.MEMSX ? value << unused >> unused : value;
        Asm direct = program().insn(BpfOp.LDX | mode | size, 0, 1, 0, 0).exit();
        assertEquals(expected, run(options, direct, memory));
        Asm overTheStack =
            program()
                .load(bytes, 3, 1, 0)
                .store(bytes, 10, -8, 3)
                .insn(BpfOp.LDX | mode | size, 0, 10, -8, 0)
                .exit();
        assertEquals(expected, run(options, overTheStack, memory));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("bothOrders")
  void atomics_workOnNumbersInTheOrderOfTheProgram(BpfLoadOptions options) {
    var random = new Random(1);
    for (int i = 0; i < 200; i++) {
      int bytes = 4 << random.nextInt(2);
      long was = i == 0 ? -1 : random.nextLong();
      long operand = i == 0 ? 1 : random.nextLong();
      for (int op : new int[] {BpfOp.ADD, BpfOp.OR, BpfOp.AND, BpfOp.XOR, BpfOp.XCHG & ~1}) {
        var memory = memory(options, 8);
        if (bytes == 8) {
          memory.putLong(0, was);
        } else {
          memory.putInt(0, (int) was);
        }
        Asm asm = program().constant(0, operand).atomic(bytes, 1, 0, 0, op | BpfOp.FETCH).exit();
        long mask = bytes == 8 ? -1 : 0xffff_ffffL;
        assertEquals(was & mask, run(options, asm, memory));
        long now =
            switch (op) {
              case BpfOp.ADD -> was + operand;
              case BpfOp.OR -> was | operand;
              case BpfOp.AND -> was & operand;
              case BpfOp.XOR -> was ^ operand;
              default -> operand;
            };
        long left = bytes == 8 ? memory.getLong(0) : memory.getInt(0) & mask;
        assertEquals(now & mask, left);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("bothOrders")
  void compareAndExchange_comparesNumbersInTheOrderOfTheProgram(BpfLoadOptions options) {
    for (int expected : new int[] {0x11223344, 0x44332211}) {
      var memory = memory(options, 4).putInt(0, 0x11223344);
      Asm asm =
          program().mov(0, expected).mov(3, 0x55667788).atomic(4, 1, 0, 3, BpfOp.CMPXCHG).exit();
      assertEquals(0x11223344, run(options, asm, memory));
      assertEquals(expected == 0x11223344 ? 0x55667788 : 0x11223344, memory.getInt(0));
    }
  }

  /** To the program's own order a value is cut off, to the other it is reversed. */
  @ParameterizedTest
  @MethodSource("bothOrders")
  void conversions_startFromTheOrderOfTheProgram(BpfLoadOptions options) {
    boolean big = options.byteOrder() == ByteOrder.BIG_ENDIAN;
    for (int opcode : new int[] {BpfOp.LE, BpfOp.BE, BpfOp.BSWAP}) {
      boolean reverses = opcode == BpfOp.BSWAP || (opcode == BpfOp.LE) == big;
      for (int bits : new int[] {16, 32, 64}) {
        long value = 0x1122334455667788L;
        long cut = value << Long.SIZE - bits >>> Long.SIZE - bits;
        long expected = reverses ? Long.reverseBytes(cut) >>> Long.SIZE - bits : cut;
        Asm asm = program().constant(0, value).insn(opcode, 0, 0, 0, bits).exit();
        assertEquals(expected, run(options, asm, ByteBuffer.allocate(0)));
      }
    }
  }

  /** Section 3.1 of RFC 9669: r1 += 0x11223344 of 32 bits, then exit. */
  @Test
  void instructions_areStoredInTheOrderOfTheProgram() {
    byte[] big =
        HexFormat.of().parseHex("0410000011223344" + "bc01000000000000" + "9500000000000000");
    byte[] little =
        HexFormat.of().parseHex("0401000044332211" + "bc10000000000000" + "9500000000000000");
    for (ByteOrder order : ORDERS) {
      byte[] bytes = order == ByteOrder.BIG_ENDIAN ? big : little;
      var options = TestRuntimes.on(Engine.INTERPRETER).withByteOrder(order);
      try (BpfProgram program = RUNTIME.load(bytes, options)) {
        assertEquals(0x11223344, program.run());
        assertEquals("w1 += 287454020", program.disassembly().getFirst());
      }
    }
  }

  @Test
  void orderThatIsNotCompiledHere_isInterpreted_unlessMachineCodeIsDemanded() {
    byte[] bytes = program().mov(0, 7).exit().bytes(ByteOrder.BIG_ENDIAN);
    var auto = TestRuntimes.on(Engine.AUTO).withByteOrder(ByteOrder.BIG_ENDIAN);
    boolean compiled = TestRuntimes.compiledOrders().contains(ByteOrder.BIG_ENDIAN);
    try (BpfProgram program = RUNTIME.load(bytes, auto)) {
      assertEquals(compiled ? Engine.JIT : Engine.INTERPRETER, program.engine());
      assertEquals(7, program.run());
    }
    if (compiled) {
      return;
    }
    var jit = auto.withEngine(Engine.JIT);
    var refused = assertThrows(JitAllocException.class, () -> RUNTIME.load(bytes, jit));
    assertEquals(JitAllocException.Reason.UNSUPPORTED, refused.reason());
    assertTrue(refused.getMessage().contains("byteOrder=BIG_ENDIAN"), refused.getMessage());
  }
}
