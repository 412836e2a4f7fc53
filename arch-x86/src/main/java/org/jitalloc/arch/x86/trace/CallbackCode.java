package org.jitalloc.arch.x86.trace;

import java.util.List;
import org.jitalloc.arch.support.trace.CallbackEmitter;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;

/** Calls functions that may change all that a function may change. */
final class CallbackCode implements CallbackEmitter {
  /*
   * XSAVE keeps the vector registers whole, as they may be arguments; what is not there to be kept is passed over. Of what
   * it knows: x87, SSE, AVX, and AVX-512's masks and halves; not keys of pages, which are nobody's argument, nor tiles.
   */
  private static final int STATE = 0xe7;
  private static final int XSAVE_BYTES = 2688;
  private static final int XSAVE_HEADER = 512;
  private static final int FXSAVE_BYTES = 512;
  private static final int ALIGN_BYTES = 64;

  private static final byte[] XSAVE = {0x48, 0x0f, (byte) 0xae, 0x24, 0x24};
  private static final byte[] XRSTOR = {0x48, 0x0f, (byte) 0xae, 0x2c, 0x24};
  private static final byte[] FXSAVE = {0x48, 0x0f, (byte) 0xae, 0x04, 0x24};
  private static final byte[] FXRSTOR = {0x48, 0x0f, (byte) 0xae, 0x0c, 0x24};

  /** What the tracer has not saved and functions may change, and two that they keep. */
  private static final List<Reg> MORE = List.of(Reg.RDI, Reg.R8, Reg.R9, Reg.R10, Reg.RBX, Reg.RBP);

  private static final int MORE_BYTES = MORE.size() * Long.BYTES;

  private final Assembler code;
  private final TraceArea area;
  private final EntryCode entry;
  private final boolean xsave;

  CallbackCode(Assembler code, TraceArea area, EntryCode entry, boolean xsave) {
    this.code = code;
    this.area = area;
    this.entry = entry;
    this.xsave = xsave;
  }

  @Override
  public void save() {
    MORE.forEach(code::push);
    code.mov(Width.B8, Reg.RBX, SlotCode.SLOT);
    code.mov(Width.B8, Reg.RBP, Reg.RSP);
    code.alu(AluOp.SUB, Width.B8, Reg.RSP, xsave ? XSAVE_BYTES : FXSAVE_BYTES);
    code.alu(AluOp.AND, Width.B8, Reg.RSP, -ALIGN_BYTES);
    saveVectors();
  }

  @Override
  public void call(long callback) {
    code.load(Width.B8, Reg.RDI, Mem.at(Reg.RBP, MORE_BYTES + entry.ip()));
    code.load(Width.B8, Reg.RSI, Mem.at(Reg.RBP, MORE_BYTES + entry.parent()));
    code.movImm(Reg.RAX, callback);
    code.call(Reg.RAX);
  }

  @Override
  public void restore() {
    restoreVectors();
    code.mov(Width.B8, Reg.RSP, Reg.RBP);
    code.mov(Width.B8, SlotCode.SLOT, Reg.RBX);
    code.movImm(SlotCode.SLOTS, area.address() + area.slots());
    MORE.reversed().forEach(code::pop);
  }

  private void saveVectors() {
    if (!xsave) {
      code.raw(FXSAVE);
      return;
    }
    for (int i = 0; i < ALIGN_BYTES; i += Long.BYTES) {
      code.storeImm(Width.B8, Mem.at(Reg.RSP, XSAVE_HEADER + i), 0);
    }
    state();
    code.raw(XSAVE);
  }

  private void restoreVectors() {
    if (!xsave) {
      code.raw(FXRSTOR);
      return;
    }
    state();
    code.raw(XRSTOR);
  }

  private void state() {
    code.movImm(Reg.RAX, STATE);
    code.movImm(Reg.RDX, 0);
  }
}
