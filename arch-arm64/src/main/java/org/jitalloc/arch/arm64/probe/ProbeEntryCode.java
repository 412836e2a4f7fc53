package org.jitalloc.arch.arm64.probe;

import static org.jitalloc.arch.arm64.asm.Reg.*;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.probe.ProbeEntryEmitter;

/** Emits the entry, which all detours of a target call with their id in X16. */
final class ProbeEntryCode implements ProbeEntryEmitter {
  /*
   * The stack, from above, when the handler is called:
   *   SP + 864  the stack of the probed code
   *   SP + 832  its X29, X30, X16, X17, which the detour has put there and takes back
   *   SP + 800  the address of errno, its value, the id
   *   SP + 288  Q0 to Q31
   *   SP + 224  X0 to X3, NZCV, FPCR, FPSR, the return to the detour
   *   SP        X4 to X30: the ninth and further arguments of the handler
   * SVE's registers beyond the low 128 bits are not kept, nor its predicates: Arm64ProbeText
   * refuses functions that use them.
   */
  static final List<String> REGISTERS = names();

  private static final int LOW = 224;
  private static final int FLAGS = LOW + 32;
  private static final int FPCR = FLAGS + 8;
  private static final int FPSR = FPCR + 8;
  private static final int BACK = FPSR + 8;
  private static final int VECTORS = BACK + 8;
  private static final int ERRNO_ADDRESS = VECTORS + 512;
  private static final int ERRNO = ERRNO_ADDRESS + 8;
  private static final int ID = ERRNO + 8;
  private static final int FRAME = ID + 16;
  private static final int DETOUR_FRAME = 32;

  private static final int MRS_NZCV_X9 = 0xd53b4209;
  private static final int MRS_FPCR_X10 = 0xd53b440a;
  private static final int MRS_FPSR_X11 = 0xd53b442b;

  /** The bit that distinguishes MRS from MSR. */
  private static final int FROM_SYSTEM = 1 << 21;

  /** The registers that the detour saves, in its order. */
  private static final List<Integer> IN_DETOUR = List.of(29, 30, 16, 17);

  private static final int STP_Q = 0xad000000;
  private static final int LDP_Q = 0xad400000;

  private final Assembler asm = new Assembler();
  private final long handler;

  ProbeEntryCode(long handler) {
    this.handler = handler;
  }

  private static List<String> names() {
    var names = new ArrayList<>(List.of("sp", "flags"));
    for (int i = 0; i <= 30; i++) {
      names.add("x" + i);
    }
    return List.copyOf(names);
  }

  private static Reg x(int number) {
    return Reg.values()[number];
  }

  /** {@return the slot of X4 or a higher register on the stack} */
  private static Mem slot(int number) {
    return Mem.at(SP, (number - 4) * Long.BYTES);
  }

  private static Mem detourFrame(int index) {
    return Mem.at(SP, FRAME + index * Long.BYTES);
  }

  @Override
  public CodeWriter code() {
    return asm;
  }

  @Override
  public void save() {
    asm.alu(AluOp.SUB, Width.B8, SP, SP, FRAME, X17);
    asm.storePair(X0, X1, Mem.at(SP, LOW));
    asm.storePair(X2, X3, Mem.at(SP, LOW + 16));
    for (int i = 4; i < 16; i += 2) {
      asm.storePair(x(i), x(i + 1), slot(i));
    }
    for (int i = 18; i < 28; i += 2) {
      asm.storePair(x(i), x(i + 1), slot(i));
    }
    asm.store(Width.B8, X28, slot(28), X17);
    asm.store(Width.B8, X30, Mem.at(SP, BACK), X17);
    asm.word(MRS_NZCV_X9);
    asm.word(MRS_FPCR_X10);
    asm.word(MRS_FPSR_X11);
    asm.storePair(X9, X10, Mem.at(SP, FLAGS));
    asm.store(Width.B8, X11, Mem.at(SP, FPSR), X17);
    vectors(STP_Q);
    for (int i = 0; i < IN_DETOUR.size(); i++) {
      asm.load(Width.B8, X12, detourFrame(i), X17);
      asm.store(Width.B8, X12, slot(IN_DETOUR.get(i)), X17);
    }
  }

  private void vectors(int opcode) {
    for (int i = 0; i < 32; i += 2) {
      asm.word(opcode | VECTORS / 16 + i << 15 | i + 1 << 10 | 31 << 5 | i);
    }
  }

  @Override
  public void saveErrno(long location) {
    asm.store(Width.B8, X16, Mem.at(SP, ID), X17);
    asm.movImm(X16, location);
    asm.call(X16);
    asm.store(Width.B8, X0, Mem.at(SP, ERRNO_ADDRESS), X17);
    asm.load(Width.B4, X1, Mem.at(X0, 0), X17);
    asm.store(Width.B4, X1, Mem.at(SP, ERRNO), X17);
    asm.load(Width.B8, X16, Mem.at(SP, ID), X17);
    asm.load(Width.B8, X9, Mem.at(SP, FLAGS), X17);
  }

  @Override
  public void restoreErrno() {
    asm.load(Width.B8, X1, Mem.at(SP, ERRNO_ADDRESS), X17);
    asm.load(Width.B4, X2, Mem.at(SP, ERRNO), X17);
    asm.store(Width.B4, X2, Mem.at(X1, 0), X17);
  }

  @Override
  public void callHandler() {
    asm.mov(Width.B8, X0, X16);
    asm.load(Width.B8, X1, slot(30), X17);
    asm.alu(AluOp.ADD, Width.B8, X2, SP, FRAME + DETOUR_FRAME, X17);
    asm.mov(Width.B8, X3, X9);
    asm.loadPair(X4, X5, Mem.at(SP, LOW));
    asm.loadPair(X6, X7, Mem.at(SP, LOW + 16));
    asm.movImm(X16, handler);
    asm.call(X16);
  }

  @Override
  public void jumpIfUnchanged(Label unchanged) {
    asm.jumpIfZero(Width.B8, X0, unchanged);
  }

  /** From the values at X0: the return address or 0, SP, flags, X0 to X30. */
  @Override
  public void change() {
    var sameLink = new Label();
    asm.load(Width.B8, X9, Mem.at(X0, 2 * Long.BYTES), X17);
    asm.store(Width.B8, X9, Mem.at(SP, FLAGS), X17);
    for (int i = 0; i <= 30; i++) {
      asm.load(Width.B8, X9, Mem.at(X0, (3 + i) * Long.BYTES), X17);
      asm.store(Width.B8, X9, i < 4 ? Mem.at(SP, LOW + i * Long.BYTES) : slot(i), X17);
    }
    asm.load(Width.B8, X9, Mem.at(X0, 0), X17);
    asm.jumpIfZero(Width.B8, X9, sameLink);
    asm.store(Width.B8, X9, slot(30), X17);
    asm.bind(sameLink);
  }

  @Override
  public void restore() {
    vectors(LDP_Q);
    asm.loadPair(X9, X10, Mem.at(SP, FLAGS));
    asm.load(Width.B8, X11, Mem.at(SP, FPSR), X17);
    asm.word(MRS_NZCV_X9 & ~FROM_SYSTEM);
    asm.word(MRS_FPCR_X10 & ~FROM_SYSTEM);
    asm.word(MRS_FPSR_X11 & ~FROM_SYSTEM);
    for (int i = 0; i < IN_DETOUR.size(); i++) {
      asm.load(Width.B8, X12, slot(IN_DETOUR.get(i)), X17);
      asm.store(Width.B8, X12, detourFrame(i), X17);
    }
    asm.loadPair(X0, X1, Mem.at(SP, LOW));
    asm.loadPair(X2, X3, Mem.at(SP, LOW + 16));
    for (int i = 4; i < 16; i += 2) {
      asm.loadPair(x(i), x(i + 1), slot(i));
    }
    for (int i = 18; i < 28; i += 2) {
      asm.loadPair(x(i), x(i + 1), slot(i));
    }
    asm.load(Width.B8, X28, slot(28), X17);
    asm.load(Width.B8, X30, Mem.at(SP, BACK), X17);
    asm.alu(AluOp.ADD, Width.B8, SP, SP, FRAME, X17);
    asm.ret();
  }
}
