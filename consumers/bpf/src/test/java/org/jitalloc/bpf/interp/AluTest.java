package org.jitalloc.bpf.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;

/** Arithmetic against numbers without a limit. */
class AluTest {

  @Seeded(tries = 20_000)
  void alu64_anyOperation_isTheModelModulo64Bits(RandomValues values) {
    int op = op(values);
    long a = values.anyLong();
    long b = values.anyLong();
    assertEquals(model(op, a, b, 64).longValue(), Alu.alu64(op, a, b));
  }

  @Seeded(tries = 20_000)
  void alu32_anyOperation_isTheModelModulo32Bits(RandomValues values) {
    int op = op(values);
    int a = values.anyInt();
    int b = values.anyInt();
    assertEquals(Integer.toUnsignedLong(model(op, a, b, 32).intValue()), Alu.alu32(op, a, b));
  }

  private static int op(RandomValues values) {
    int op = values.oneOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) << 4;
    return values.anyBoolean() && (op == BpfOp.DIV || op == BpfOp.MOD) ? op | Alu.SIGNED : op;
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

  @Seeded
  void swap_anyWidth_reversesTheLowestBytes(RandomValues values) {
    long value = values.anyLong();
    for (int bits : new int[] {16, 32, 64}) {
      long expected = 0;
      for (int i = 0; i < bits; i += 8) {
        expected = expected << 8 | (value >>> i & 0xff);
      }
      assertEquals(expected, Alu.swap(value, bits));
    }
  }
}
