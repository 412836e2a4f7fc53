package org.jitalloc.arch.support.probe;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jitalloc.arch.trace.ProbeCodec;

/** Probes whose detours are made of an architecture's steps. */
public abstract class DetourProbes implements ProbeCodec {
  private final String arch;
  private final List<String> registers;
  private final long reachBytes;

  /**
   * Makes room for what a detour has many of.
   *
   * @param out what was emitted
   * @param bytes how much longer it may become than there was room for
   * @return the same with more room
   */
  public static ByteBuffer withRoom(ByteBuffer out, int bytes) {
    return ByteBuffer.allocate(out.capacity() + bytes).order(out.order()).put(out.flip());
  }

  /**
   * For extension.
   *
   * @param arch the name of the architecture
   * @param registers as {@link #registers} gives them
   * @param reachBytes as {@link #reachBytes} gives it
   */
  protected DetourProbes(String arch, List<String> registers, long reachBytes) {
    this.arch = arch;
    this.registers = List.copyOf(registers);
    this.reachBytes = reachBytes;
  }

  /**
   * Begins the entry.
   *
   * @param handler the address of the function that it calls
   * @param cpuFeatures what the processor has
   * @return what emits it
   */
  protected abstract ProbeEntryEmitter beginEntry(long handler, Set<String> cpuFeatures);

  /**
   * Begins a detour, or a place of return.
   *
   * @param at its address
   * @param entry the address of the entry
   * @param cpuFeatures what the processor has
   * @return what emits it
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
  public final byte[] entry(long handler, Set<String> cpuFeatures) {
    return ProbeEntryEmitter.write(beginEntry(handler, cpuFeatures));
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
