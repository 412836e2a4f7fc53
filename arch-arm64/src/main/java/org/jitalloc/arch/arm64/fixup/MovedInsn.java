package org.jitalloc.arch.arm64.fixup;

/**
 * An instruction that is relocated to another address.
 *
 * @param insn the instruction
 * @param from its address
 * @param to the new address
 */
record MovedInsn(int insn, long from, long to) {
  /** Instructions with a relative target. */
  private enum Form {
    BRANCH(0x7c000000, 0x14000000, 26, 0, 2),
    CONDITIONAL(0xff000000, 0x54000000, 19, 5, 2),
    COMPARE(0x7e000000, 0x34000000, 19, 5, 2),
    TEST(0x7e000000, 0x36000000, 14, 5, 2),
    LITERAL(0x3b000000, 0x18000000, 19, 5, 2),
    ADR(0x9f000000, 0x10000000, 21, 0, 0),
    ADRP(0x9f000000, 0x90000000, 21, 0, 12);

    final int mask;
    final int value;
    final int bits;
    final int shift;
    final int scale;

    Form(int mask, int value, int bits, int shift, int scale) {
      this.mask = mask;
      this.value = value;
      this.bits = bits;
      this.shift = shift;
      this.scale = scale;
    }

    boolean isAdr() {
      return this == ADR || this == ADRP;
    }

    long immediate(int insn) {
      long field =
          isAdr()
              ? (long) (insn >>> 5 & 0x7ffff) << 2 | insn >>> 29 & 3
              : insn >>> shift & (1L << bits) - 1;
      return field << Long.SIZE - bits >> Long.SIZE - bits;
    }

    int with(int insn, long immediate) {
      if (isAdr()) {
        int rest = insn & ~(3 << 29 | 0x7ffff << 5);
        return rest | ((int) immediate & 3) << 29 | ((int) (immediate >> 2) & 0x7ffff) << 5;
      }
      int field = (1 << bits) - 1 << shift;
      return insn & ~field | (int) immediate << shift & field;
    }
  }

  private Form form() {
    for (Form form : Form.values()) {
      if ((insn & form.mask) == form.value) {
        return form;
      }
    }
    throw new IllegalStateException("reaches nothing: " + Integer.toHexString(insn));
  }

  private boolean isRelative() {
    for (Form form : Form.values()) {
      if ((insn & form.mask) == form.value) {
        return true;
      }
    }
    return false;
  }

  /**
   * {@return whether it has a relative target that is not among the instructions that are relocated
   * with it}
   */
  boolean reachesElsewhere(long start, int length) {
    if (!isRelative()) {
      return false;
    }
    long target = target(form());
    return form() == Form.ADRP || target - start < 0 || target - start > length;
  }

  private long target(Form form) {
    long base = form == Form.ADRP ? from & -4096 : from;
    return base + (form.immediate(insn) << form.scale);
  }

  /** {@return the instruction with the same target at the new address} */
  int moved() {
    Form form = form();
    long base = form == Form.ADRP ? to & -4096 : to;
    long immediate = target(form) - base >> form.scale;
    if (immediate << Long.SIZE - form.bits >> Long.SIZE - form.bits != immediate) {
      throw new IllegalArgumentException(
          "%08x at 0x%x reaches 0x%x, which is out of its reach from 0x%x"
              .formatted(insn, from, target(form), to));
    }
    return form.with(insn, immediate);
  }
}
