package org.jitalloc.arch.x86.bpf;

import java.util.Set;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.x86.X86Arch;
import org.osgi.service.component.annotations.Component;

/** Translates BPF programs into x86-64 machine code. */
@Component(property = "jit.arch=amd64")
public final class X86BpfCodeGenerator implements BpfCodeGenerator {

  @Override
  public String arch() {
    return X86Arch.NAME;
  }

  @Override
  public BpfCode generate(BpfSource source, Set<String> cpuFeatures) {
    return new ProgramCode(new Translation(source, cpuFeatures.contains("bmi2"))).emit();
  }
}
