package org.jitalloc.arch.arm64.probe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The properties of an instruction for probes.
 *
 * @param insn its encoding
 */
record ProbedWord(int insn) {
  static final int BYTES = 4;
  static final int RET = 0xd65f03c0;
  private static final int LINK = 30;

  /** The ways to relocate an instruction. */
  enum Form {
    JUMP,
    CALL,
    CONDITIONAL,
    COMPARE,
    TEST,
    ADR,
    ADRP,
    LITERAL,
    CALL_REGISTER,
    /** Branches to the address in a register; it can run at any address. */
    LEAVES,
    /** Can run at any address, and falls through. */
    STRAIGHT
  }

  static int read(byte[] code, int offset) {
    return ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
  }

  private boolean is(int mask, int value) {
    return (insn & mask) == value;
  }

  Form form() {
    if (is(0xfc000000, 0x14000000)) {
      return Form.JUMP;
    }
    if (is(0xfc000000, 0x94000000)) {
      return Form.CALL;
    }
    if (is(0xff000000, 0x54000000)) {
      return Form.CONDITIONAL;
    }
    if (is(0x7e000000, 0x34000000)) {
      return Form.COMPARE;
    }
    if (is(0x7e000000, 0x36000000)) {
      return Form.TEST;
    }
    if (is(0x9f000000, 0x10000000)) {
      return Form.ADR;
    }
    if (is(0x9f000000, 0x90000000)) {
      return Form.ADRP;
    }
    if (isLiteral()) {
      return Form.LITERAL;
    }
    if (is(0xfffffc1f, 0xd63f0000)) {
      return Form.CALL_REGISTER;
    }
    return is(0xfe000000, 0xd6000000) ? Form.LEAVES : Form.STRAIGHT;
  }

  /** {@return the reason why it cannot be probed in any function} */
  Optional<String> refusal() {
    if (is(0xffff0000, 0)) {
      return refused("is undefined on purpose");
    }
    if (is(0xff000000, 0xd4000000)) {
      return refused("raises an exception");
    }
    if (is(0xfff00000, 0xd5100000) || is(0xfff8f01f, 0xd500401f)) {
      return refused("writes a system register");
    }
    if (is(0xffffffe0, 0xd53b4220)) {
      return refused("reads the masks of interrupts");
    }
    if (is(0xfffff01f, 0xd503201f) && !isKnownHint()) {
      return refused("is a hint that may wait");
    }
    if (form() == Form.CALL_REGISTER && register(5) == LINK) {
      return refused("calls by the register of its own return address");
    }
    if (form() == Form.LEAVES && !isPlainBranch()) {
      return refused("returns from an exception, or checks where it goes");
    }
    boolean simpleLiteral = insn >>> 30 != 3 && !is(1 << 26, 1 << 26);
    if (isLiteral() && !simpleLiteral) {
      return refused("loads vectors or prefetches by a distance");
    }
    if (isExclusive()) {
      return refused("is an exclusive access");
    }
    return is(0x3b200c00, 0x19000400) ? refused("is a part of a copy that has three") : none();
  }

  private static Optional<String> refused(String why) {
    return Optional.of(why);
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  /** NOP, XPACLRI, signing and authentication of the link register, and landing pads. */
  private boolean isKnownHint() {
    int hint = insn >>> 5 & 0x7f;
    boolean signs1716 = hint == 8 || hint == 10 || hint == 12 || hint == 14;
    return hint == 0 || hint == 7 || signs1716 || hint >= 24 && hint < 32 || (hint & ~6) == 32;
  }

  /** BR, RET, and RET that authenticates X30 by SP. */
  private boolean isPlainBranch() {
    return is(0xfffffc1f, 0xd61f0000) || is(0xfffffc1f, 0xd65f0000) || is(0xfffffbff, 0xd65f0bff);
  }

  /** {@return whether it uses registers of SVE or SME, whose length depends on the processor} */
  boolean isScalable() {
    return is(0x1e000000, 0x04000000) || is(0x9e000000, 0x80000000);
  }

  private boolean isLiteral() {
    return is(0x3b000000, 0x18000000);
  }

  private boolean isExclusive() {
    return is(0x3f800000, 0x08000000);
  }

  boolean isLoadExclusive() {
    return is(0x3fc00000, 0x08400000);
  }

  boolean isStoreExclusive() {
    return is(0x3fc00000, 0x08000000);
  }

  int register(int shift) {
    return insn >>> shift & 0x1f;
  }

  /** {@return its target at an address} */
  long target(long from) {
    return switch (form()) {
      case JUMP, CALL -> from + signed(0, 26) * BYTES;
      case CONDITIONAL, COMPARE, LITERAL -> from + signed(5, 19) * BYTES;
      case TEST -> from + signed(5, 14) * BYTES;
      case ADR -> from + pages();
      case ADRP -> (from & -4096) + pages() * 4096;
      case CALL_REGISTER, LEAVES, STRAIGHT -> throw new IllegalStateException("reaches nothing");
    };
  }

  private long signed(int shift, int bits) {
    return (long) insn << Long.SIZE - shift - bits >> Long.SIZE - bits;
  }

  private long pages() {
    return signed(5, 19) << 2 | insn >>> 29 & 3;
  }

  /** {@return the branch with the condition of this one over one instruction} */
  int overOne() {
    int bits = form() == Form.TEST ? 14 : 19;
    return insn & ~((1 << bits) - 1 << 5) | 2 << 5;
  }
}
