package org.jitalloc.arch.x86.trace;

import java.util.List;
import java.util.Set;
import org.jitalloc.arch.support.trace.CallbackEmitter;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.VectorState;
import org.jitalloc.arch.x86.asm.Width;

/** Emits calls of functions by the C calling convention. */
final class CallbackCode implements CallbackEmitter {
  /*
   * The layout from RSP on during callbacks: the flag of the saved vector state, the address
   * of errno, its value, and from VECTORS_OFFSET on the vector registers, which may be arguments.
   * RBP is the previous stack pointer, RBX the slot.
   */
  private static final int VECTORS_OFFSET = VectorState.ALIGN_BYTES;

  private static final Mem ERRNO_ADDRESS = Mem.at(Reg.RSP, 8);
  private static final Mem ERRNO = Mem.at(Reg.RSP, 16);

  /** The caller-saved registers that the tracer has not saved, and two callee-saved registers. */
  private static final List<Reg> MORE = List.of(Reg.RDI, Reg.R8, Reg.R9, Reg.R10, Reg.RBX, Reg.RBP);

  private static final int MORE_BYTES = MORE.size() * Long.BYTES;

  private final Assembler code;
  private final TraceArea area;
  private final EntryCode entry;
  private final VectorState vectors;

  CallbackCode(Assembler code, TraceArea area, EntryCode entry, Set<String> cpuFeatures) {
    this.code = code;
    this.area = area;
    this.entry = entry;
    vectors = new VectorState(code, VECTORS_OFFSET, 0, cpuFeatures);
  }

  @Override
  public void save() {
    MORE.forEach(code::push);
    code.mov(Width.B8, Reg.RBX, SlotCode.SLOT);
    code.mov(Width.B8, Reg.RBP, Reg.RSP);
    code.alu(AluOp.SUB, Width.B8, Reg.RSP, VECTORS_OFFSET + VectorState.BYTES);
    code.alu(AluOp.AND, Width.B8, Reg.RSP, -VectorState.ALIGN_BYTES);
    vectors.save();
  }

  @Override
  public void saveErrno(long location) {
    code.movImm(Reg.RAX, location);
    code.call(Reg.RAX);
    code.store(Width.B8, ERRNO_ADDRESS, Reg.RAX);
    code.load(Width.B4, Reg.RCX, Mem.at(Reg.RAX, 0));
    code.store(Width.B4, ERRNO, Reg.RCX);
  }

  @Override
  public void restoreErrno() {
    code.load(Width.B8, Reg.RCX, ERRNO_ADDRESS);
    code.load(Width.B4, Reg.RDX, ERRNO);
    code.store(Width.B4, Mem.at(Reg.RCX, 0), Reg.RDX);
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
    vectors.restore();
    code.mov(Width.B8, Reg.RSP, Reg.RBP);
    code.mov(Width.B8, SlotCode.SLOT, Reg.RBX);
    code.movImm(SlotCode.SLOTS, area.address() + area.slots());
    MORE.reversed().forEach(code::pop);
  }
}
