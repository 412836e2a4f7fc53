package org.jitalloc.arch.x86.probe;

import java.util.Set;
import org.jitalloc.arch.support.probe.DetourEmitter;
import org.jitalloc.arch.support.probe.DetourProbes;
import org.jitalloc.arch.support.probe.ProbeEntryEmitter;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.ProbeText;
import org.jitalloc.arch.x86.X86Arch;
import org.osgi.service.component.annotations.Component;

/** Probes of x86-64. */
@Component(service = ProbeCodec.class, property = "jit.arch=amd64")
public final class X86Probes extends DetourProbes {
  /** The reach of a displacement of four bytes minus the largest length of a detour. */
  private static final long REACH_BYTES = (1L << 31) - 4096;

  /** Called by Declarative Services or the service loader. */
  public X86Probes() {
    super(X86Arch.NAME, ProbeEntryCode.REGISTERS, REACH_BYTES);
  }

  @Override
  public ProbeText read(byte[] code) {
    return new X86ProbeText(code);
  }

  @Override
  protected ProbeEntryEmitter beginEntry(long handler, Set<String> cpuFeatures) {
    return new ProbeEntryCode(handler, cpuFeatures);
  }

  @Override
  protected DetourEmitter beginDetour(long at, long entry, Set<String> cpuFeatures) {
    return new DetourCode(at, entry, cpuFeatures.contains("lahf_lm"));
  }
}
