package org.jitalloc.arch.arm64.trace;

import java.util.Set;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.support.trace.TracerEmitters;
import org.jitalloc.arch.support.trace.TracerWriter;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;
import org.osgi.service.component.annotations.Component;

/** Tracers for arm64. Time is the virtual counter. */
@Component(property = "jit.arch=arm64")
public final class Arm64Tracers implements Tracers {
  private static final int GETTID = 178;

  /** ldr w0, [x1, x0]. */
  private static final int LOAD_W0_X1_X0 = 0xb8606820;

  @Override
  public String arch() {
    return Arm64Arch.NAME;
  }

  @Override
  public byte[] threadNumber() {
    var code = new Assembler();
    code.movImm(Reg.X8, GETTID);
    code.systemCall();
    code.ret();
    return code.finish();
  }

  @Override
  public byte[] threadWord() {
    var code = new Assembler();
    SlotCode.threadPointer(code, Reg.X1);
    code.word(LOAD_W0_X1_X0);
    code.ret();
    return code.finish();
  }

  /** The block ends where the thread pointer is. */
  @Override
  public int threadBlockStart() {
    return -2048;
  }

  @Override
  public int threadBlockBytes() {
    return 2048;
  }

  @Override
  public byte[] clock() {
    var code = new Assembler();
    EventCode.clock(code, Reg.X0);
    code.ret();
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
            new CallbackCode(code));
    return new TracerWriter(spec, machine).write();
  }
}
