package org.jitalloc.arch.support.probe;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jitalloc.NativeThread;
import org.jitalloc.arch.trace.ProbeCodec;

/** A {@link ProbeCodec} whose detours consist of steps of an architecture. */
public abstract class DetourProbes implements ProbeCodec {
  private final String arch;
  private final List<String> registers;
  private final long reachBytes;

  /**
   * Returns a buffer with a larger capacity.
   *
   * @param out the code
   * @param bytes the additional capacity in bytes
   * @return a buffer with the same content
   */
  public static ByteBuffer withRoom(ByteBuffer out, int bytes) {
    return ByteBuffer.allocate(out.capacity() + bytes).order(out.order()).put(out.flip());
  }

  /**
   * For subclasses.
   *
   * @param arch the name of the architecture
   * @param registers the result of {@link #registers}
   * @param reachBytes the result of {@link #reachBytes}
   */
  protected DetourProbes(String arch, List<String> registers, long reachBytes) {
    this.arch = arch;
    this.registers = List.copyOf(registers);
    this.reachBytes = reachBytes;
  }

  /**
   * Begins the entry.
   *
   * @param handler the address of the handler
   * @param cpuFeatures the features of the processor
   * @return its emitter
   */
  protected abstract ProbeEntryEmitter beginEntry(long handler, Set<String> cpuFeatures);

  /**
   * Begins a detour or a return trampoline.
   *
   * @param at its address
   * @param entry the address of the entry
   * @param cpuFeatures the features of the processor
   * @return its emitter
   */
  protected abstract DetourEmitter beginDetour(long at, long entry, Set<String> cpuFeatures);

  @Override
  public final String arch() {
    return arch;
  }

  @Override
  public final List<String> registers() {
    return registers;
  }

  @Override
  public final long reachBytes() {
    return reachBytes;
  }

  @Override
  public final byte[] entry(long handler, NativeThread thread, Set<String> cpuFeatures) {
    return ProbeEntryEmitter.write(beginEntry(handler, cpuFeatures), thread);
  }

  @Override
  public final byte[] detour(Detour detour, long at, long entry, Set<String> cpuFeatures) {
    var out = beginDetour(at, entry, cpuFeatures);
    if (!detour.counters().isEmpty()) {
      out.count(detour.counters());
    }
    if (detour.before()) {
      out.callHandler(detour.id());
    }
    boolean goesOn = out.move(detour.code(), detour.address());
    if (detour.after()) {
      out.callHandler(-detour.id());
    }
    if (goesOn) {
      out.jump(detour.address() + detour.code().length);
    }
    return out.finish();
  }

  @Override
  public final byte[] returnPlace(long at, long entry) {
    var out = beginDetour(at, entry, Set.of());
    out.takeReturn();
    return out.finish();
  }
}
