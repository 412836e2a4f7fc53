package org.jitalloc.arch.x86.probe;

import static org.jitalloc.arch.x86.asm.Reg.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.probe.ProbeEntryEmitter;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.VectorState;
import org.jitalloc.arch.x86.asm.Width;

/** Emits the entry, which all detours of a target call. */
final class ProbeEntryCode implements ProbeEntryEmitter {
  /*
   * The stack, from above, when the handler is called:
   *   RBP + 160  the stack of the probed code; below it, its red zone
   *   RBP + 24   flags   + 16 id   + 8 return to the detour   + 0 RBP of the probed code
   *   RBP - 8    errno     RBP - 16  its address
   *   room for the vector registers, aligned to 64 bytes
   *   8 bytes for how these were saved, then the 13 registers of PUSHED, RAX first: the last one is
   *   at RSP, so they are the seventh and further arguments of the handler as they stand
   * RBX is kept by the handler, so it is saved nowhere, and written at the end if the handler wants
   * it so.
   */
  private static final List<Reg> PUSHED =
      List.of(RAX, RCX, RDX, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15);

  static final List<String> REGISTERS = names();

  private static final int ID_OFFSET = 16;
  private static final int FLAGS_OFFSET = 24;
  private static final int STACK_OFFSET = 32 + DetourCode.RED_ZONE_BYTES;
  private static final int ERRNO_BYTES = 16;
  private static final Mem ERRNO = Mem.at(RBP, -8);
  private static final Mem ERRNO_ADDRESS = Mem.at(RBP, -16);
  private static final int FLAG_OFFSET = PUSHED.size() * Long.BYTES;
  private static final int VECTORS_OFFSET = FLAG_OFFSET + Long.BYTES;

  private final Assembler asm = new Assembler();
  private final long handler;
  private final VectorState vectors;

  ProbeEntryCode(long handler, Set<String> cpuFeatures) {
    this.handler = handler;
    vectors = new VectorState(asm, VECTORS_OFFSET, FLAG_OFFSET, cpuFeatures);
  }

  private static List<String> names() {
    var names = new ArrayList<>(List.of("rsp", "flags", "rbp", "rbx"));
    for (Reg reg : PUSHED.reversed()) {
      names.add(reg.name().toLowerCase(Locale.ROOT));
    }
    return List.copyOf(names);
  }

  @Override
  public CodeWriter code() {
    return asm;
  }

  @Override
  public void save() {
    asm.push(RBP);
    asm.mov(Width.B8, RBP, RSP);
    asm.alu(AluOp.SUB, Width.B8, RSP, VectorState.BYTES + ERRNO_BYTES);
    asm.alu(AluOp.AND, Width.B8, RSP, -VectorState.ALIGN_BYTES);
    asm.raw(new byte[] {(byte) 0xfc}); // cld
    asm.lea(Width.B8, RSP, Mem.at(RSP, -Long.BYTES));
    PUSHED.forEach(asm::push);
    vectors.save();
  }

  @Override
  public void jumpIfUnchanged(Label unchanged) {
    asm.test(Width.B8, RAX, RAX);
    asm.jump(Cond.E, unchanged);
  }

  @Override
  public void restore() {
    vectors.restore();
    PUSHED.reversed().forEach(asm::pop);
    asm.mov(Width.B8, RSP, RBP);
    asm.pop(RBP);
    asm.ret();
  }

  @Override
  public void saveErrno(long location) {
    asm.movImm(RAX, location);
    asm.call(RAX);
    asm.store(Width.B8, ERRNO_ADDRESS, RAX);
    asm.load(Width.B4, RCX, Mem.at(RAX, 0));
    asm.store(Width.B4, ERRNO, RCX);
  }

  @Override
  public void restoreErrno() {
    asm.load(Width.B8, RCX, ERRNO_ADDRESS);
    asm.load(Width.B4, RDX, ERRNO);
    asm.store(Width.B4, Mem.at(RCX, 0), RDX);
  }

  @Override
  public void callHandler() {
    asm.load(Width.B8, RDI, Mem.at(RBP, ID_OFFSET));
    asm.lea(Width.B8, RDX, Mem.at(RBP, STACK_OFFSET));
    asm.load(Width.B8, RSI, Mem.at(RDX, 0));
    asm.load(Width.B8, RCX, Mem.at(RBP, FLAGS_OFFSET));
    asm.load(Width.B8, R8, Mem.at(RBP, 0));
    asm.mov(Width.B8, R9, RBX);
    asm.movImm(RAX, handler);
    asm.call(RAX);
  }

  /** From the values at RAX: top of the stack, RSP, flags, RBP, RBX, then the pushed registers. */
  @Override
  public void change() {
    var sameTop = new Label();
    asm.load(Width.B8, RCX, Mem.at(RAX, 0));
    asm.test(Width.B8, RCX, RCX);
    asm.jump(Cond.E, sameTop);
    asm.store(Width.B8, Mem.at(RBP, STACK_OFFSET), RCX);
    asm.bind(sameTop);
    asm.load(Width.B8, RCX, Mem.at(RAX, 2 * Long.BYTES));
    asm.store(Width.B8, Mem.at(RBP, FLAGS_OFFSET), RCX);
    asm.load(Width.B8, RCX, Mem.at(RAX, 3 * Long.BYTES));
    asm.store(Width.B8, Mem.at(RBP, 0), RCX);
    asm.load(Width.B8, RBX, Mem.at(RAX, 4 * Long.BYTES));
    for (int i = 0; i < PUSHED.size(); i++) {
      asm.load(Width.B8, RCX, Mem.at(RAX, (5 + i) * Long.BYTES));
      asm.store(Width.B8, Mem.at(RSP, i * Long.BYTES), RCX);
    }
  }
}
