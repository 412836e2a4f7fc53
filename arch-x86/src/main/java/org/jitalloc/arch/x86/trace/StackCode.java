package org.jitalloc.arch.x86.trace;

import java.util.List;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.trace.StackEmitter;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;

/** Emits comparisons of saved stack pointers with RSP. Uses RAX. */
final class StackCode implements StackEmitter {
  /*
   * The layout from RSP on: the structure stack_t that the kernel writes (address, flags, length),
   * then the registers that the system call uses or changes.
   */
  private static final int SIGALTSTACK = 131;
  private static final int LENGTH = 16;
  private static final int STACK_T_BYTES = 24;
  private static final List<Reg> KEPT = List.of(Reg.RCX, Reg.RDX, Reg.RSI, Reg.RDI);
  private static final int BYTES = STACK_T_BYTES + KEPT.size() * Long.BYTES;

  /** sub rax, fs:[...] and cmp rax, fs:[...]. */
  private static final byte[] SUB_RAX_FS = {0x64, 0x48, 0x2b, 0x04, 0x25};

  private static final byte[] CMP_RAX_FS = {0x64, 0x48, 0x3b, 0x04, 0x25};

  private static final byte[] BTR_RAX_63 = {0x48, 0x0f, (byte) 0xba, (byte) 0xf0, 0x3f};

  private final Assembler code;
  private final TraceArea area;

  StackCode(Assembler code, TraceArea area) {
    this.code = code;
    this.area = area;
  }

  private static Mem kept(int index) {
    return Mem.at(Reg.RSP, STACK_T_BYTES + index * Long.BYTES);
  }

  private void loadSaved(Saved saved) {
    switch (saved) {
      case FRAME -> {
        code.load(Width.B8, Reg.RAX, Mem.at(ReturnFrameCode.FRAME, TraceArea.STACK));
        code.raw(BTR_RAX_63);
      }
      case BUSY -> code.load(Width.B8, Reg.RAX, SlotCode.word(TraceArea.BUSY));
    }
  }

  @Override
  public void ask() {
    code.lea(Width.B8, Reg.RSP, Mem.at(Reg.RSP, -BYTES));
    for (int i = 0; i < KEPT.size(); i++) {
      code.store(Width.B8, kept(i), KEPT.get(i));
    }
    code.movImm(Reg.RDI, 0);
    code.mov(Width.B8, Reg.RSI, Reg.RSP);
    code.movImm(Reg.RAX, SIGALTSTACK);
    code.syscall();
    for (int i = 0; i < KEPT.size(); i++) {
      code.load(Width.B8, KEPT.get(i), kept(i));
    }
    code.movImm(SlotCode.SLOTS, area.address() + area.slots());
  }

  @Override
  public void answered() {
    code.lea(Width.B8, Reg.RSP, Mem.at(Reg.RSP, BYTES));
  }

  @Override
  public void jumpIfAlternate(Saved saved, Label alternate) {
    loadSaved(saved);
    jumpIfRaxAlternate(alternate);
  }

  @Override
  public void jumpIfOnAlternate(Label alternate) {
    code.mov(Width.B8, Reg.RAX, Reg.RSP);
    jumpIfRaxAlternate(alternate);
  }

  private void jumpIfRaxAlternate(Label alternate) {
    code.alu(AluOp.SUB, Width.B8, Reg.RAX, Mem.at(Reg.RSP, 0));
    code.alu(AluOp.CMP, Width.B8, Reg.RAX, Mem.at(Reg.RSP, LENGTH));
    code.jump(Cond.B, alternate);
  }

  @Override
  public void jumpUnlessOwn(Saved saved, Label other) {
    code.mov(Width.B8, Reg.RAX, Reg.RSP);
    jumpUnlessRaxOwn(other);
    loadSaved(saved);
    jumpUnlessRaxOwn(other);
  }

  private void jumpUnlessRaxOwn(Label other) {
    threadWord(SUB_RAX_FS, 0);
    threadWord(CMP_RAX_FS, Long.BYTES);
    code.jump(Cond.AE, other);
  }

  private void threadWord(byte[] operation, int index) {
    int offset = Math.toIntExact(area.threadStack() + index);
    code.raw(operation);
    code.raw(
        new byte[] {
          (byte) offset, (byte) (offset >> 8), (byte) (offset >> 16), (byte) (offset >> 24)
        });
  }

  @Override
  public void jumpIfSame(Label same) {
    loadSaved(Saved.FRAME);
    code.alu(AluOp.CMP, Width.B8, Reg.RAX, ReturnFrameCode.PLACE);
    code.jump(Cond.E, same);
  }

  @Override
  public void jumpIfHigher(Label higher) {
    loadSaved(Saved.FRAME);
    code.alu(AluOp.CMP, Width.B8, Reg.RAX, ReturnFrameCode.PLACE);
    code.jump(Cond.A, higher);
  }

  @Override
  public void jumpIfBelowBusy(Label below) {
    code.lea(Width.B8, Reg.RAX, Mem.at(Reg.RSP, BYTES));
    code.alu(AluOp.CMP, Width.B8, Reg.RAX, SlotCode.word(TraceArea.BUSY));
    code.jump(Cond.B, below);
  }
}
