package org.jitalloc.arch.s390.bpf;

import java.util.Set;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.s390.S390Arch;
import org.osgi.service.component.annotations.Component;

/**
 * Translates BPF programs into s390x machine code. No optional instruction is used: what is emitted
 * runs on every machine since z9.
 */
@Component(property = "jit.arch=s390x")
public final class S390BpfCodeGenerator implements BpfCodeGenerator {

  @Override
  public String arch() {
    return S390Arch.NAME;
  }

  @Override
  public BpfCode generate(BpfSource source, Set<String> cpuFeatures) {
    return new ProgramCode(new Translation(source)).emit();
  }
}
