package org.jitalloc.arch.s390.trace;

import java.util.Set;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.support.trace.TracerEmitters;
import org.jitalloc.arch.support.trace.TracersBase;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;
import org.osgi.service.component.annotations.Component;

/** Tracers for s390x. Time is the time-of-day clock. */
@Component(service = Tracers.class, property = "jit.arch=s390x")
public final class S390Tracers extends TracersBase<Assembler> {
  private static final int GETTID = 236;

  // The thread pointer is the address of the thread descriptor.
  private static final int BLOCK_START = 0;
  private static final int BLOCK_BYTES = 1536;

  /** Creates the service. */
  public S390Tracers() {
    super(S390Arch.NAME, Assembler::new, BLOCK_START, BLOCK_BYTES);
  }

  @Override
  protected void emitThreadNumber(Assembler code) {
    code.half(HalfOp.LGHI, Reg.R1, GETTID);
    code.system();
  }

  @Override
  protected void emitThreadWord(Assembler code) {
    code.threadPointer(Reg.R1);
    code.reg(RegOp.AGR, Reg.R1, Reg.R2);
    code.mem(MemOp.LLGF, Reg.R2, Mem.at(Reg.R1, 0));
    code.reg(RegOp.LGFR, Reg.R2, Reg.R2);
  }

  @Override
  protected void emitClock(Assembler code) {
    code.storeClock(Mem.at(Reg.R15, EntryCode.SAVE_OFFSET));
    code.mem(MemOp.LG, Reg.R2, Mem.at(Reg.R15, EntryCode.SAVE_OFFSET));
  }

  @Override
  protected void emitStackPointer(Assembler code) {
    code.reg(RegOp.LGR, Reg.R2, Reg.R15);
  }

  @Override
  protected void emitReturn(Assembler code) {
    code.jump(Reg.R14);
  }

  @Override
  protected TracerEmitters emitters(
      Assembler code, long address, TraceArea area, TracerSpec spec, Set<String> cpuFeatures) {
    var slot = new SlotCode(code, area);
    return new TracerEmitters(
        code,
        new EntryCode(code),
        slot,
        new ReturnFrameCode(code, area, slot, address),
        new StackCode(code, area),
        new EventCode(code, area, slot, spec.returns()),
        new CallbackCode(code, cpuFeatures));
  }
}
