package org.jitalloc.arch.arm64.bpf;

import java.util.Set;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.support.bpf.Emitters;
import org.jitalloc.arch.support.bpf.ProgramWriter;
import org.jitalloc.arch.support.bpf.Translation;
import org.osgi.service.component.annotations.Component;

/** Compiles BPF programs to arm64 machine code. */
@Component(property = "jit.arch=arm64")
public final class Arm64BpfCodeGenerator implements BpfCodeGenerator {

  /** The name of the Large System Extensions in Linux. */
  private static final String LSE = "atomics";

  @Override
  public String arch() {
    return Arm64Arch.NAME;
  }

  @Override
  public BpfCode generate(BpfSource source, Set<String> cpuFeatures) {
    var to = new Translation(source);
    var asm = new Assembler();
    var memory = new MemoryCode(asm);
    var exits = new ExitCode(asm);
    var machine =
        new Emitters(
            asm,
            new AluCode(asm),
            memory,
            new AtomicCode(asm, memory, cpuFeatures.contains(LSE)),
            new JumpCode(asm),
            new FunctionFrameCode(asm, to.usage()),
            new CallCode(asm, exits),
            exits,
            new BoundsCode(asm, memory, exits));
    return new ProgramWriter(to, machine).write();
  }
}
