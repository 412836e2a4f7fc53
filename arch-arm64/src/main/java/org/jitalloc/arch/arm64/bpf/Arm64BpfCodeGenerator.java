package org.jitalloc.arch.arm64.bpf;

import java.util.Set;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfSource;
import org.osgi.service.component.annotations.Component;

/** Translates BPF programs into arm64 machine code. */
@Component(property = "jit.arch=arm64")
public final class Arm64BpfCodeGenerator implements BpfCodeGenerator {

  /** What Linux calls the Large System Extensions. */
  private static final String LSE = "atomics";

  @Override
  public String arch() {
    return Arm64Arch.NAME;
  }

  @Override
  public BpfCode generate(BpfSource source, Set<String> cpuFeatures) {
    return new ProgramCode(new Translation(source, cpuFeatures.contains(LSE))).emit();
  }
}
