package org.jitalloc.arch.x86.asm;

/** Encodes the forms of instructions: prefixes, opcode, ModRM, SIB and displacement. */
final class Encoder {
  private static final int OPERAND_SIZE = 0x66;
  private static final int NO_INDEX = 4;

  private final CodeBuffer code;

  Encoder(CodeBuffer code) {
    this.code = code;
  }

  /**
   * An operation on a register in the r/m field. {@code field} is the number of a register or a
   * part of the opcode; with {@code byteRm} the operand is one byte of the r/m register.
   */
  void registers(Width width, int opcode, int field, Reg rm, boolean byteRm) {
    if (width == Width.B2) {
      code.b1(OPERAND_SIZE);
    }
    rex(width == Width.B8, field >> 3, 0, rm.high(), byteRm && isNewByte(rm.ordinal()));
    opcode(opcode);
    code.b1(0xc0 | (field & 7) << 3 | rm.low());
  }

  /**
   * An operation on memory; with {@code byteField} the field is a register with an operand of one
   * byte.
   */
  void memory(Width width, int opcode, int field, Mem mem, boolean byteField) {
    if (width == Width.B2) {
      code.b1(OPERAND_SIZE);
    }
    int index = mem.index() == null ? 0 : mem.index().high();
    rex(width == Width.B8, field >> 3, index, mem.base().high(), byteField && isNewByte(field));
    opcode(opcode);
    address(field & 7, mem);
  }

  /** An operation with a register in the opcode's low three bits. */
  void inOpcode(boolean wide, int opcode, Reg reg) {
    rex(wide, 0, 0, reg.high(), false);
    code.b1(opcode + reg.low());
  }

  /** A three-operand operation of BMI2. */
  void vex(Width width, int prefix, int opcode, Reg field, Reg vvvv, Reg rm) {
    code.b1(0xc4);
    code.b1((field.high() ^ 1) << 7 | 0x40 | (rm.high() ^ 1) << 5 | 0x02);
    code.b1((width == Width.B8 ? 0x80 : 0) | (vvvv.ordinal() ^ 0xf) << 3 | prefix);
    code.b1(opcode);
    code.b1(0xc0 | field.low() << 3 | rm.low());
  }

  private void rex(boolean wide, int r, int x, int b, boolean always) {
    int bits = (wide ? 8 : 0) | r << 2 | x << 1 | b;
    if (bits != 0 || always) {
      code.b1(0x40 | bits);
    }
  }

  /** The low bytes of RSP, RBP, RSI and RDI can be encoded only with a REX prefix. */
  private static boolean isNewByte(int register) {
    return register >= 4 && register < 8;
  }

  private void opcode(int opcode) {
    if (opcode > 0xff) {
      code.b1(opcode >> 8);
    }
    code.b1(opcode);
  }

  private void address(int field, Mem mem) {
    int mode = mode(mem);
    boolean sib = mem.index() != null || mem.base().low() == NO_INDEX;
    code.b1(mode << 6 | field << 3 | (sib ? 4 : mem.base().low()));
    if (sib) {
      int index = mem.index() == null ? NO_INDEX : mem.index().low();
      code.b1(Integer.numberOfTrailingZeros(mem.scale()) << 6 | index << 3 | mem.base().low());
    }
    if (mode == 1) {
      code.b1(mem.displacement());
    }
    if (mode == 2) {
      code.b4(mem.displacement());
    }
  }

  /**
   * {@return the ModRM mode by the length of the displacement: 0 for none, 1 for one byte, 2 for
   * four bytes} RBP and R13 as base need a displacement.
   */
  private static int mode(Mem mem) {
    if (mem.displacement() == 0 && mem.base().low() != Reg.RBP.low()) {
      return 0;
    }
    return mem.displacement() == (byte) mem.displacement() ? 1 : 2;
  }
}
