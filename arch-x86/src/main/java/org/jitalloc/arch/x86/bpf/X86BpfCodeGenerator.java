package org.jitalloc.arch.x86.bpf;

import java.util.Set;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.support.bpf.Emitters;
import org.jitalloc.arch.support.bpf.ProgramWriter;
import org.jitalloc.arch.support.bpf.Translation;
import org.jitalloc.arch.x86.X86Arch;
import org.jitalloc.arch.x86.asm.Assembler;
import org.osgi.service.component.annotations.Component;

/** Compiles BPF programs to x86-64 machine code. */
@Component(property = "jit.arch=amd64")
public final class X86BpfCodeGenerator implements BpfCodeGenerator {

  @Override
  public String arch() {
    return X86Arch.NAME;
  }

  @Override
  public BpfCode generate(BpfSource source, Set<String> cpuFeatures) {
    var to = new Translation(source);
    var asm = new Assembler();
    var machine =
        new Emitters(
            asm,
            new AluCode(to, asm, cpuFeatures.contains("bmi2")),
            new MemoryCode(asm),
            new AtomicCode(asm),
            new JumpCode(asm),
            new FunctionFrameCode(asm, to.usage()),
            new CallCode(asm),
            new ExitCode(asm),
            new BoundsCode(asm));
    return new ProgramWriter(to, machine).write();
  }
}
