package org.jitalloc.arch.arm64.probe;

import java.util.Set;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.support.probe.DetourEmitter;
import org.jitalloc.arch.support.probe.DetourProbes;
import org.jitalloc.arch.support.probe.ProbeEntryEmitter;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.ProbeText;
import org.osgi.service.component.annotations.Component;

/**
 * Probes of arm64. The word at the top of the stack is X30, which is the return address at the
 * start of a function.
 */
@Component(service = ProbeCodec.class, property = "jit.arch=arm64")
public final class Arm64Probes extends DetourProbes {
  /** The reach of B and BL minus the largest length of a detour. */
  private static final long REACH_BYTES = (128L << 20) - 4096;

  /** Called by Declarative Services or the service loader. */
  public Arm64Probes() {
    super(Arm64Arch.NAME, ProbeEntryCode.REGISTERS, REACH_BYTES);
  }

  @Override
  public ProbeText read(byte[] code) {
    return new Arm64ProbeText(code);
  }

  @Override
  protected ProbeEntryEmitter beginEntry(long handler, Set<String> cpuFeatures) {
    return new ProbeEntryCode(handler);
  }

  @Override
  protected DetourEmitter beginDetour(long at, long entry, Set<String> cpuFeatures) {
    return new DetourWords(at, entry, cpuFeatures.contains("atomics"));
  }
}
