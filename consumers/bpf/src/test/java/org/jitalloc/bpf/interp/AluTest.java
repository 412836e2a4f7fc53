package org.jitalloc.bpf.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jitalloc.arch.bpf.BpfOp;

/** Arithmetic against numbers without a limit. */
class AluTest {

  @Property(tries = 20_000)
  void alu64_anyOperation_isTheModelModulo64Bits(
      @ForAll @IntRange(max = 12) int operation,
      @ForAll boolean signed,
      @ForAll long a,
      @ForAll long b) {
    int op = op(operation, signed);
    assertEquals(model(op, a, b, 64).longValue(), Alu.alu64(op, a, b));
  }

  @Property(tries = 20_000)
  void alu32_anyOperation_isTheModelModulo32Bits(
      @ForAll @IntRange(max = 12) int operation,
      @ForAll boolean signed,
      @ForAll int a,
      @ForAll int b) {
    int op = op(operation, signed);
    assertEquals(Integer.toUnsignedLong(model(op, a, b, 32).intValue()), Alu.alu32(op, a, b));
  }

  private static int op(int operation, boolean signed) {
    int op = operation << 4;
    return signed && (op == BpfOp.DIV || op == BpfOp.MOD) ? op | Alu.SIGNED : op;
  }

  private static BigInteger model(int op, long a, long b, int bits) {
    BigInteger range = BigInteger.ONE.shiftLeft(bits);
    BigInteger sa = BigInteger.valueOf(a);
    BigInteger sb = BigInteger.valueOf(b);
    BigInteger ua = sa.mod(range);
    BigInteger ub = sb.mod(range);
    int shift = ub.mod(BigInteger.valueOf(bits)).intValue();
    boolean byZero = ub.signum() == 0;
    return switch (op) {
      case BpfOp.ADD -> sa.add(sb);
      case BpfOp.SUB -> sa.subtract(sb);
      case BpfOp.MUL -> sa.multiply(sb);
      case BpfOp.DIV -> byZero ? BigInteger.ZERO : ua.divide(ub);
      case BpfOp.DIV | Alu.SIGNED -> byZero ? BigInteger.ZERO : sa.divide(sb);
      case BpfOp.MOD -> byZero ? ua : ua.mod(ub);
      case BpfOp.MOD | Alu.SIGNED -> byZero ? sa : sa.remainder(sb);
      case BpfOp.OR -> sa.or(sb);
      case BpfOp.AND -> sa.and(sb);
      case BpfOp.XOR -> sa.xor(sb);
      case BpfOp.LSH -> sa.shiftLeft(shift);
      case BpfOp.RSH -> ua.shiftRight(shift);
      case BpfOp.ARSH -> sa.shiftRight(shift);
      case BpfOp.NEG -> sa.negate();
      case BpfOp.MOV -> sb;
      default -> throw new AssertionError(op);
    };
  }

  @Property
  void swap_anyWidth_reversesTheLowestBytes(@ForAll long value) {
    for (int bits : new int[] {16, 32, 64}) {
      long expected = 0;
      for (int i = 0; i < bits; i += 8) {
        expected = expected << 8 | (value >>> i & 0xff);
      }
      assertEquals(expected, Alu.swap(value, bits));
    }
  }
}
