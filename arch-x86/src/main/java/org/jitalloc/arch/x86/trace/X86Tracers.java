package org.jitalloc.arch.x86.trace;

import java.util.Set;
import org.jitalloc.arch.support.trace.TracerEmitters;
import org.jitalloc.arch.support.trace.TracerWriter;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.arch.x86.X86Arch;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Reg;
import org.osgi.service.component.annotations.Component;

/** Tracers for x86-64. Time is the time-stamp counter. */
@Component(property = "jit.arch=amd64")
public final class X86Tracers implements Tracers {
  private static final int GETTID = 186;

  /** mov eax, fs:[rdi]. */
  private static final byte[] LOAD_THREAD_WORD = {0x64, (byte) 0x8b, 0x07};

  @Override
  public String arch() {
    return X86Arch.NAME;
  }

  @Override
  public byte[] threadNumber() {
    var code = new Assembler();
    code.movImm(Reg.RAX, GETTID);
    code.syscall();
    code.ret();
    return code.finish();
  }

  @Override
  public byte[] threadWord() {
    var code = new Assembler();
    code.raw(LOAD_THREAD_WORD);
    code.ret();
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
    EventCode.clock(code);
    code.ret();
    return code.finish();
  }

  @Override
  public Tracer tracer(long address, TraceArea area, TracerSpec spec, Set<String> cpuFeatures) {
    var code = new Assembler();
    var entry = new EntryCode(code, spec.returns());
    var slot = new SlotCode(code, area);
    var machine =
        new TracerEmitters(
            code,
            entry,
            slot,
            new ReturnFrameCode(code, area, slot, entry, address),
            new EventCode(code, area, slot, entry, spec.returns()),
            new CallbackCode(code, area, entry, cpuFeatures));
    return new TracerWriter(spec, machine).write();
  }
}
