package org.jitalloc.arch.x86.trace;

import java.util.Set;
import org.jitalloc.arch.support.trace.TracerEmitters;
import org.jitalloc.arch.support.trace.TracersBase;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.arch.x86.X86Arch;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;
import org.osgi.service.component.annotations.Component;

/** Tracers for x86-64. Time is the time-stamp counter. */
@Component(service = Tracers.class, property = "jit.arch=amd64")
public final class X86Tracers extends TracersBase<Assembler> {
  private static final int GETTID = 186;

  /** mov eax, fs:[rdi]. */
  private static final byte[] LOAD_THREAD_WORD = {0x64, (byte) 0x8b, 0x07};

  // The thread pointer is the address of the thread descriptor.
  private static final int BLOCK_START = 0;
  private static final int BLOCK_BYTES = 1792;

  /** Creates the service. */
  public X86Tracers() {
    super(X86Arch.NAME, Assembler::new, BLOCK_START, BLOCK_BYTES);
  }

  @Override
  protected void emitThreadNumber(Assembler code) {
    code.movImm(Reg.RAX, GETTID);
    code.syscall();
  }

  @Override
  protected void emitThreadWord(Assembler code) {
    code.raw(LOAD_THREAD_WORD);
  }

  @Override
  protected void emitClock(Assembler code) {
    EventCode.clock(code);
  }

  @Override
  protected void emitStackPointer(Assembler code) {
    code.mov(Width.B8, Reg.RAX, Reg.RSP);
  }

  @Override
  protected void emitReturn(Assembler code) {
    code.ret();
  }

  @Override
  protected TracerEmitters emitters(
      Assembler code, long address, TraceArea area, TracerSpec spec, Set<String> cpuFeatures) {
    var entry = new EntryCode(code, spec.returns());
    var slot = new SlotCode(code, area);
    return new TracerEmitters(
        code,
        entry,
        slot,
        new ReturnFrameCode(code, area, slot, entry, address),
        new StackCode(code, area),
        new EventCode(code, area, slot, entry, spec.returns()),
        new CallbackCode(code, area, entry, cpuFeatures));
  }
}
