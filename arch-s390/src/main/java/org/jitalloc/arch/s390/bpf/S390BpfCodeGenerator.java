package org.jitalloc.arch.s390.bpf;

import java.nio.ByteOrder;
import java.util.Set;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.support.bpf.Emitters;
import org.jitalloc.arch.support.bpf.ProgramWriter;
import org.jitalloc.arch.support.bpf.Translation;
import org.osgi.service.component.annotations.Component;

/**
 * Compiles BPF programs of either byte order to s390x machine code. Without features, the code runs
 * on every machine since z9.
 */
@Component(property = "jit.arch=s390x")
public final class S390BpfCodeGenerator implements BpfCodeGenerator {

  @Override
  public String arch() {
    return S390Arch.NAME;
  }

  @Override
  public Set<ByteOrder> byteOrders() {
    return Set.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
  }

  @Override
  public BpfCode generate(BpfSource source, Set<String> cpuFeatures) {
    var facilities = Facilities.of(cpuFeatures);
    var to = new Translation(source);
    var asm = new Assembler();
    var machine =
        new Emitters(
            asm,
            new AluCode(to, asm, facilities),
            new MemoryCode(asm, source.byteOrder()),
            new AtomicCode(asm, facilities, source.byteOrder()),
            new JumpCode(asm, facilities),
            new FunctionFrameCode(asm, to.usage()),
            new CallCode(asm),
            new ExitCode(asm),
            new BoundsCode(asm));
    return new ProgramWriter(to, machine).write();
  }
}
