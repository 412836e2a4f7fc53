package org.jitalloc.arch.s390.probe;

import java.util.Set;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.arch.support.probe.DetourEmitter;
import org.jitalloc.arch.support.probe.DetourProbes;
import org.jitalloc.arch.support.probe.ProbeEntryEmitter;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.ProbeText;
import org.osgi.service.component.annotations.Component;

/**
 * Probes of s390x. The word at the top of the stack is R14, which is the return address at the
 * start of a function.
 */
@Component(service = ProbeCodec.class, property = "jit.arch=s390x")
public final class S390Probes extends DetourProbes {
  /** The reach of 32 bits of halfwords minus the largest length of a detour. */
  private static final long REACH_BYTES = (4L << 30) - 4096;

  /** Called by Declarative Services or the service loader. */
  public S390Probes() {
    super(S390Arch.NAME, ProbeEntryCode.REGISTERS, REACH_BYTES);
  }

  @Override
  public ProbeText read(byte[] code) {
    return new S390ProbeText(code);
  }

  @Override
  protected ProbeEntryEmitter beginEntry(long handler, Set<String> cpuFeatures) {
    return new ProbeEntryCode(handler, cpuFeatures.contains("vx"));
  }

  @Override
  protected DetourEmitter beginDetour(long at, long entry, Set<String> cpuFeatures) {
    return new DetourCode(at, entry, cpuFeatures.contains("facility-45"));
  }
}
