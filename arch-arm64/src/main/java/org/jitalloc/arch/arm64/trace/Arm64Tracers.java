package org.jitalloc.arch.arm64.trace;

import java.util.Set;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.support.trace.TracerEmitters;
import org.jitalloc.arch.support.trace.TracersBase;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;
import org.osgi.service.component.annotations.Component;

/** Tracers for arm64. Time is the virtual counter. */
@Component(service = Tracers.class, property = "jit.arch=arm64")
public final class Arm64Tracers extends TracersBase<Assembler> {
  private static final int GETTID = 178;

  /** ldr w0, [x1, x0]. */
  private static final int LOAD_W0_X1_X0 = 0xb8606820;

  // The thread descriptor ends at the thread pointer.
  private static final int BLOCK_START = -2048;
  private static final int BLOCK_BYTES = 2048;

  /** Creates the service. */
  public Arm64Tracers() {
    super(Arm64Arch.NAME, Assembler::new, BLOCK_START, BLOCK_BYTES);
  }

  @Override
  protected void emitThreadNumber(Assembler code) {
    code.movImm(Reg.X8, GETTID);
    code.systemCall();
  }

  @Override
  protected void emitThreadWord(Assembler code) {
    SlotCode.threadPointer(code, Reg.X1);
    code.word(LOAD_W0_X1_X0);
  }

  @Override
  protected void emitClock(Assembler code) {
    EventCode.clock(code, Reg.X0);
  }

  @Override
  protected void emitStackPointer(Assembler code) {
    code.movSp(Reg.X0, Reg.SP);
  }

  @Override
  protected void emitReturn(Assembler code) {
    code.ret();
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
        new CallbackCode(code));
  }
}
