package org.jitalloc.arch.support.probe;

import java.nio.ByteBuffer;
import java.util.Set;
import org.jitalloc.arch.trace.ProbeCodec;

/** Probes whose detours are made of an architecture's steps. */
public abstract class DetourProbes implements ProbeCodec {

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

  /** For extension. */
  protected DetourProbes() {}

  /**
   * Begins a detour.
   *
   * @param at its address
   * @param entry the address of the entry
   * @param cpuFeatures what the processor has
   * @return what emits it
   */
  protected abstract DetourEmitter begin(long at, long entry, Set<String> cpuFeatures);

  @Override
  public final byte[] detour(Detour detour, long at, long entry, Set<String> cpuFeatures) {
    var out = begin(at, entry, cpuFeatures);
    if (!detour.counters().isEmpty()) out.count(detour.counters());
    if (detour.before()) out.callHandler(detour.id());
    boolean goesOn = out.move(detour.code(), detour.address());
    if (detour.after()) out.callHandler(-detour.id());
    if (goesOn) out.jump(detour.address() + detour.code().length);
    return out.finish();
  }

  @Override
  public final byte[] returnPlace(long at, long entry) {
    var out = begin(at, entry, Set.of());
    out.takeReturn();
    return out.finish();
  }
}
