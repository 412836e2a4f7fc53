package org.jitalloc.arch.arm64.asm;

import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;

/** Emits A64 instructions. See the Arm ARM for their definitions. */
public final class Assembler implements CodeWriter {
  private static final int MAX_ADD = 0xfff;
  private static final int ADD_SHIFTED = 1 << 22;
  private static final int HALFWORD = 0xffff;
  private static final int MOVZ = 0x52800000;
  private static final int MOVN = 0x12800000;
  private static final int MOVK = 0x72800000;
  private static final int SBFM = 0x13000000;
  private static final int UBFM = 0x53000000;
  private static final int STP = 0xa9000000;
  private static final int LDP = 0xa9400000;

  private final WordBuffer code = new WordBuffer();
  private final Branches branches = new Branches();

  @Override
  public byte[] finish() {
    branches.relax();
    return branches.merge(code).toBytes();
  }

  @Override
  public int offset(Label label) {
    return branches.offset(label) * Integer.BYTES;
  }

  @Override
  public void bind(Label label) {
    label.bind(code.size(), branches.count());
  }

  /** Emits an instruction by its encoding. */
  public void word(int instruction) {
    code.add(instruction);
  }

  /** d = n op m. */
  public void alu(AluOp op, Width width, Reg d, Reg n, Reg m) {
    three(width.sf() | op.register, d, n, m);
  }

  /** d = n op (m << left). */
  public void alu(AluOp op, Width width, Reg d, Reg n, Reg m, int left) {
    three(width.sf() | op.register | left << 10, d, n, m);
  }

  /**
   * d = n op value, in one instruction if possible; else the value is loaded into the scratch
   * register, which must be neither n nor SP.
   */
  public void alu(AluOp op, Width width, Reg d, Reg n, int value, Reg scratch) {
    if (op.adds() ? add(op, width, d, n, value) : logical(op, width, d, n, value)) {
      return;
    }
    movImm(scratch, width == Width.B8 ? value : Integer.toUnsignedLong(value));
    alu(op, width, d, n, scratch);
  }

  private boolean add(AluOp op, Width width, Reg d, Reg n, long value) {
    if (value < 0) {
      // Not for 0: SUBS and ADDS set the carry differently.
      return add(op.opposite(), width, d, n, -value);
    }
    if (value <= MAX_ADD) {
      word(width.sf() | op.immediate | (int) value << 10 | n.number() << 5 | d.number());
      return true;
    }
    boolean shifted = (value & MAX_ADD) == 0 && value >> 12 <= MAX_ADD;
    if (!shifted) {
      return false;
    }
    int field = (int) (value >> 12) << 10;
    word(width.sf() | op.immediate | ADD_SHIFTED | field | n.number() << 5 | d.number());
    return true;
  }

  private boolean logical(AluOp op, Width width, Reg d, Reg n, long value) {
    int fields = LogicalImmediate.fields(width, value);
    if (fields == LogicalImmediate.NONE) {
      return false;
    }
    word(width.sf() | op.immediate | fields | n.number() << 5 | d.number());
    return true;
  }

  /** d = m. Of 4 bytes: clears the upper half. Not for SP. */
  public void mov(Width width, Reg d, Reg m) {
    alu(AluOp.ORR, width, d, Reg.ZR, m);
  }

  /** d = n, if one of them is SP. */
  public void movSp(Reg d, Reg n) {
    add(AluOp.ADD, Width.B8, d, n, 0);
  }

  /** d = ~m. */
  public void mvn(Width width, Reg d, Reg m) {
    three(width.sf() | 0x2a200000, d, Reg.ZR, m);
  }

  /** d = value, in as few instructions as MOVZ, MOVN, ORR and MOVK allow. */
  public void movImm(Reg d, long value) {
    int fromZero = differing(value, 0);
    int fromOnes = differing(value, HALFWORD);
    boolean one = Math.min(fromZero, fromOnes) <= 1;
    if (!one && logical(AluOp.ORR, Width.B8, d, Reg.ZR, value)) {
      return;
    }
    boolean negated = fromOnes < fromZero;
    int usual = negated ? HALFWORD : 0;
    boolean first = true;
    for (int i = 0; i < 4; i++) {
      int part = (int) (value >>> 16 * i) & HALFWORD;
      if (part == usual) {
        continue;
      }
      int opcode = first ? negated ? MOVN : MOVZ : MOVK;
      wide(opcode, d, i, first && negated ? ~part & HALFWORD : part);
      first = false;
    }
    if (first) {
      wide(negated ? MOVN : MOVZ, d, 0, 0);
    }
  }

  private void wide(int opcode, Reg d, int part, int value) {
    word(Width.B8.sf() | opcode | part << 21 | value << 5 | d.number());
  }

  /** {@return the number of the four halfwords of a value that differ from the usual one} */
  private static int differing(long value, int usual) {
    int count = 0;
    for (int i = 0; i < 4; i++) {
      if (((value >>> 16 * i) & HALFWORD) != usual) {
        count++;
      }
    }
    return count;
  }

  /** d = n op m. */
  public void binary(BinaryOp op, Width width, Reg d, Reg n, Reg m) {
    three(width.sf() | op.opcode, d, n, m);
  }

  /** d = n * m. */
  public void mul(Width width, Reg d, Reg n, Reg m) {
    three(width.sf() | 0x1b000000 | Reg.ZR.number() << 10, d, n, m);
  }

  /** d = a - n * m. */
  public void msub(Width width, Reg d, Reg n, Reg m, Reg a) {
    three(width.sf() | 0x1b008000 | a.number() << 10, d, n, m);
  }

  /** d = n shifted by 0 to width - 1 bits. */
  public void shift(ShiftOp op, Width width, Reg d, Reg n, int bits) {
    int last = width.bits() - 1;
    switch (op) {
      case LSL -> bitfield(UBFM, width, d, n, -bits & last, last - bits);
      case LSR -> bitfield(UBFM, width, d, n, bits, last);
      case ASR -> bitfield(SBFM, width, d, n, bits, last);
    }
  }

  /** ROR: d = n rotated to the right by 1 to width - 1 bits. */
  public void rotateRight(Width width, Reg d, Reg n, int bits) {
    int sameWidth = width == Width.B8 ? 1 << 22 : 0;
    three(width.sf() | 0x13800000 | sameWidth | bits << 10, d, n, n);
  }

  /** d = the lowest bytes of n, the rest zero. */
  public void zeroExtend(Width from, Reg d, Reg n) {
    bitfield(UBFM, Width.B4, d, n, 0, from.bits() - 1);
  }

  /** d = the lowest bytes of n, sign-extended. */
  public void signExtend(Width from, Width to, Reg d, Reg n) {
    bitfield(SBFM, to, d, n, 0, from.bits() - 1);
  }

  private void bitfield(int opcode, Width width, Reg d, Reg n, int immr, int imms) {
    int sameWidth = width == Width.B8 ? 1 << 22 : 0;
    word(width.sf() | opcode | sameWidth | immr << 16 | imms << 10 | n.number() << 5 | d.number());
  }

  /** d = n with the bytes of each of its halfwords swapped. */
  public void rev16(Reg d, Reg n) {
    word(0x5ac00400 | n.number() << 5 | d.number());
  }

  /** d = n with its bytes reversed. */
  public void rev(Width width, Reg d, Reg n) {
    word((width == Width.B8 ? 0xdac00c00 : 0x5ac00800) | n.number() << 5 | d.number());
  }

  /** Loads with zero extension; the scratch register is used for offsets out of reach. */
  public void load(Width width, Reg t, Mem from, Reg scratch) {
    access(width, 1, t, from, scratch);
  }

  /** Loads 1, 2 or 4 bytes with sign extension. */
  public void loadSigned(Width width, Reg t, Mem from, Reg scratch) {
    access(width, 2, t, from, scratch);
  }

  /** Stores. */
  public void store(Width width, Reg t, Mem to, Reg scratch) {
    access(width, 0, t, to, scratch);
  }

  private void access(Width width, int opc, Reg t, Mem mem, Reg scratch) {
    int opcode = width.size() | opc << 22 | mem.base().number() << 5 | t.number();
    int offset = mem.offset();
    boolean scaled = offset >= 0 && offset % width.bytes() == 0 && offset / width.bytes() <= 0xfff;
    if (scaled) {
      word(opcode | 0x39000000 | offset / width.bytes() << 10);
    } else if (offset >= -256 && offset < 256) {
      word(opcode | 0x38000000 | (offset & 0x1ff) << 12);
    } else {
      movImm(scratch, offset);
      word(opcode | 0x38206800 | scratch.number() << 16);
    }
  }

  /** Stores two registers; the offset is a multiple of 8 from -512 to 504. */
  public void storePair(Reg first, Reg second, Mem to) {
    pair(STP, first, second, to);
  }

  /** Loads two registers. */
  public void loadPair(Reg first, Reg second, Mem from) {
    pair(LDP, first, second, from);
  }

  private void pair(int opcode, Reg first, Reg second, Mem mem) {
    int field = (mem.offset() / Long.BYTES & 0x7f) << 15;
    word(opcode | field | second.number() << 10 | mem.base().number() << 5 | first.number());
  }

  /** Loads with acquire semantics. */
  public void loadAcquire(Width width, Reg t, Reg base) {
    word(width.size() | 0x08dffc00 | base.number() << 5 | t.number());
  }

  /** LDAXR. */
  public void loadExclusive(Width width, Reg t, Reg base) {
    word(width.size() | 0x085ffc00 | base.number() << 5 | t.number());
  }

  /** STLXR: status is 0 if the store succeeded; it must differ from the other registers. */
  public void storeExclusive(Width width, Reg status, Reg t, Reg base) {
    word(width.size() | 0x0800fc00 | status.number() << 16 | base.number() << 5 | t.number());
  }

  /** t = [base]; [base] = t op s. */
  public void atomic(AtomicOp op, Width width, Reg s, Reg t, Reg base) {
    three(width.size() | op.opcode, t, base, s);
  }

  /** CASAL: stores t to [base] if the value there is s; s receives the old value. */
  public void compareAndSwap(Width width, Reg s, Reg t, Reg base) {
    three(width.size() | 0x08e0fc00, t, base, s);
  }

  @Override
  public void jump(Label target) {
    branches.jump(code.size(), target);
  }

  /** Jumps on a condition. */
  public void jump(Cond condition, Label target) {
    branches.conditional(code.size(), 0x54000000 | condition.ordinal(), 1, target);
  }

  /** Jumps if a register is zero. */
  public void jumpIfZero(Width width, Reg t, Label target) {
    branches.conditional(code.size(), width.sf() | 0x34000000 | t.number(), 1 << 24, target);
  }

  /** Jumps if a register is not zero. */
  public void jumpIfNotZero(Width width, Reg t, Label target) {
    branches.conditional(code.size(), width.sf() | 0x35000000 | t.number(), 1 << 24, target);
  }

  /** BL. */
  public void call(Label target) {
    branches.call(code.size(), target);
  }

  /** BR. */
  public void jump(Reg target) {
    word(0xd61f0000 | target.number() << 5);
  }

  /** BLR. */
  public void call(Reg target) {
    word(0xd63f0000 | target.number() << 5);
  }

  /** RET by X30. */
  public void ret() {
    word(0xd65f03c0);
  }

  /** NOP. */
  public void nop() {
    word(0xd503201f);
  }

  /** DMB ISHLD: loads before it are ordered before accesses after it. */
  public void loadBarrier() {
    word(0xd50339bf);
  }

  /** SVC #0, the call of the Linux kernel. */
  public void systemCall() {
    word(0xd4000001);
  }

  private void three(int opcode, Reg d, Reg n, Reg m) {
    word(opcode | m.number() << 16 | n.number() << 5 | d.number());
  }
}
