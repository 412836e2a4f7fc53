package org.jitalloc.arch.x86.bpf;

/**
 * Division of unsigned 32-bit numbers by a constant as a multiplication: {@code (n * m) >> (32 +
 * shift)} [1].
 *
 * <p>[1] Granlund, Montgomery, Division by Invariant Integers using Multiplication, PLDI 1994
 *
 * @param factor the low 32 bits of m
 * @param oneMore whether m has a 33rd bit
 * @param shift the right shift of the upper half of the product
 */
record Reciprocal(long factor, boolean oneMore, int shift) {

  /** {@return the cheapest reciprocal} @param divisor unsigned, 3 or more, no power of two */
  static Reciprocal of(int divisor) {
    long d = divisor & 0xffffffffL;
    int log = Integer.SIZE - Integer.numberOfLeadingZeros(divisor - 1);
    for (int shift = 0; shift < log; shift++) {
      // m = ceil(2^(32+shift) / d) is exact for all n if it is too large by no more than 2^shift /
      // d.
      long power = 1L << Integer.SIZE + shift;
      long m = Long.divideUnsigned(power + d - 1, d);
      if (m >>> Integer.SIZE == 0 && m * d - power <= 1L << shift) {
        return new Reciprocal(m, false, shift);
      }
    }
    long excess = (1L << log) - d;
    long factor = Long.divideUnsigned(excess << Integer.SIZE, d) + 1;
    return new Reciprocal(factor, true, log);
  }
}
