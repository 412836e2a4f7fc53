package org.jitalloc.arch.support.probe;

import org.jitalloc.arch.trace.ProbeCodec;

/** Probes whose detours are made of an architecture's steps. */
public abstract class DetourProbes implements ProbeCodec {

  /** For extension. */
  protected DetourProbes() {}

  /**
   * Begins a detour.
   *
   * @param at its address
   * @param entry the address of the entry
   * @return what emits it
   */
  protected abstract DetourEmitter begin(long at, long entry);

  @Override
  public final byte[] detour(Detour detour, long at, long entry) {
    var out = begin(at, entry);
    if (detour.before()) out.callHandler(detour.id());
    boolean goesOn = out.move(detour.code(), detour.address());
    if (detour.after()) out.callHandler(-detour.id());
    if (goesOn) out.jump(detour.address() + detour.code().length);
    return out.finish();
  }

  @Override
  public final byte[] returnPlace(long at, long entry) {
    var out = begin(at, entry);
    out.takeReturn();
    return out.finish();
  }
}
