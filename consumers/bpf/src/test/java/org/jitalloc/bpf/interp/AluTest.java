package org.jitalloc.bpf.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jitalloc.bpf.insn.Op;

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
    return signed && (op == Op.DIV || op == Op.MOD) ? op | Alu.SIGNED : op;
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
      case Op.ADD -> sa.add(sb);
      case Op.SUB -> sa.subtract(sb);
      case Op.MUL -> sa.multiply(sb);
      case Op.DIV -> byZero ? BigInteger.ZERO : ua.divide(ub);
      case Op.DIV | Alu.SIGNED -> byZero ? BigInteger.ZERO : sa.divide(sb);
      case Op.MOD -> byZero ? ua : ua.mod(ub);
      case Op.MOD | Alu.SIGNED -> byZero ? sa : sa.remainder(sb);
      case Op.OR -> sa.or(sb);
      case Op.AND -> sa.and(sb);
      case Op.XOR -> sa.xor(sb);
      case Op.LSH -> sa.shiftLeft(shift);
      case Op.RSH -> ua.shiftRight(shift);
      case Op.ARSH -> sa.shiftRight(shift);
      case Op.NEG -> sa.negate();
      case Op.MOV -> sb;
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
