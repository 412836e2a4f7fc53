package org.jitalloc.arch.arm64.trace;

import java.util.List;
import java.util.Set;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.support.probe.DetourEmitter;
import org.jitalloc.arch.support.probe.DetourProbes;
import org.jitalloc.arch.support.probe.ProbeEntryEmitter;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.ProbeText;
import org.osgi.service.component.annotations.Component;

/**
 * Probes of arm64. The word at the top of the stack is X30 here, where return addresses are at the
 * start of a function.
 */
@Component(service = ProbeCodec.class, property = "jit.arch=arm64")
public final class Arm64Probes extends DetourProbes {
  /** What B and BL reach, less than a detour is long. */
  private static final long REACH_BYTES = (128L << 20) - 4096;

  @Override
  public String arch() {
    return Arm64Arch.NAME;
  }

  @Override
  public List<String> registers() {
    return ProbeEntryCode.REGISTERS;
  }

  @Override
  public long reachBytes() {
    return REACH_BYTES;
  }

  @Override
  public ProbeText read(byte[] code) {
    return new Arm64ProbeText(code);
  }

  @Override
  public byte[] entry(long handler, Set<String> cpuFeatures) {
    return ProbeEntryEmitter.write(new ProbeEntryCode(handler));
  }

  @Override
  protected DetourEmitter begin(long at, long entry, Set<String> cpuFeatures) {
    return new DetourWords(at, entry, cpuFeatures.contains("atomics"));
  }
}
