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
import org.jitalloc.arch.support.trace.TracerWriter;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;
import org.osgi.service.component.annotations.Component;

/** Tracers for s390x. Time is the time-of-day clock. */
@Component(property = "jit.arch=s390x")
public final class S390Tracers implements Tracers {
  private static final int GETTID = 236;

  @Override
  public String arch() {
    return S390Arch.NAME;
  }

  @Override
  public byte[] threadNumber() {
    var code = new Assembler();
    code.half(HalfOp.LGHI, Reg.R1, GETTID);
    code.system();
    code.jump(Reg.R14);
    return code.finish();
  }

  @Override
  public byte[] threadWord() {
    var code = new Assembler();
    code.threadPointer(Reg.R1);
    code.reg(RegOp.AGR, Reg.R1, Reg.R2);
    code.mem(MemOp.LLGF, Reg.R2, Mem.at(Reg.R1, 0));
    code.reg(RegOp.LGFR, Reg.R2, Reg.R2);
    code.jump(Reg.R14);
    return code.finish();
  }

  /** The thread pointer is the address of the block. */
  @Override
  public int threadBlockStart() {
    return 0;
  }

  @Override
  public int threadBlockBytes() {
    return 1024;
  }

  @Override
  public byte[] clock() {
    var code = new Assembler();
    code.storeClock(Mem.at(Reg.R15, EntryCode.SAVE_OFFSET));
    code.mem(MemOp.LG, Reg.R2, Mem.at(Reg.R15, EntryCode.SAVE_OFFSET));
    code.jump(Reg.R14);
    return code.finish();
  }

  @Override
  public Tracer tracer(long address, TraceArea area, TracerSpec spec, Set<String> cpuFeatures) {
    var code = new Assembler();
    var slot = new SlotCode(code, area);
    var machine =
        new TracerEmitters(
            code,
            new EntryCode(code),
            slot,
            new ReturnFrameCode(code, area, slot, address),
            new EventCode(code, area, slot, spec.returns()),
            new CallbackCode(code, cpuFeatures));
    return new TracerWriter(spec, machine).write();
  }
}
