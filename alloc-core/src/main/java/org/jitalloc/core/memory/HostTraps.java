package org.jitalloc.core.memory;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.core.host.TrapSignal;
import org.jitalloc.core.poke.TrapTable;
import org.jspecify.annotations.Nullable;

/**
 * The trap handler of a process: emitted by the architecture, placed by the allocator like any
 * code, installed when the first plan needs it. Used under the text lock.
 */
final class HostTraps implements TrapTable {

  private final TargetMemory target;
  private final AddressRange text;
  private final TrapSignal signal;

  /** The breakpoints that stay, by address; all are below 2<sup>63</sup> in a process. */
  private final TreeMap<Long, PokePlan.Trap> kept = new TreeMap<>();

  private @Nullable TrapHandler installed;
  private int recordBytes;

  HostTraps(TargetMemory target, AddressRange text, TrapSignal signal) {
    this.target = target;
    this.text = text;
    this.signal = signal;
  }

  long carried() {
    return signal.carried();
  }

  @Override
  public void arm(TrapHandler handler, List<PokePlan.Trap> traps) {
    if (installed == null) {
      install(handler);
    }
    signal.requireInstalled();
    recordBytes = handler.recordBytes();
    TreeMap<Long, PokePlan.Trap> all = new TreeMap<>(kept);
    traps.forEach(trap -> all.put(trap.address(), trap));
    signal.publish(all.values(), recordBytes);
  }

  @Override
  public void keep(TrapHandler handler, List<PokePlan.Trap> breakpoints) {
    TreeMap<Long, PokePlan.Trap> before = new TreeMap<>(kept);
    breakpoints.forEach(trap -> kept.put(trap.address(), trap));
    try {
      arm(handler, List.of());
    } catch (RuntimeException failure) {
      kept.clear();
      kept.putAll(before);
      throw failure;
    }
  }

  @Override
  public void forget(List<Long> addresses) {
    kept.keySet().removeAll(Set.copyOf(addresses));
    disarm();
  }

  private void install(TrapHandler handler) {
    byte[] code = handler.code(signal.tableAddress(), text);
    JitMemory memory =
        target
            .admission()
            .allocate(target.core(), AllocationRequest.of(ModMemType.TEXT, code.length));
    memory.write(0, code);
    memory.publish();
    try {
      signal.install(handler, memory.address());
    } catch (RuntimeException failure) {
      memory.close();
      throw failure;
    }
    installed = handler;
  }

  @Override
  public void disarm() {
    signal.publish(kept.values(), recordBytes);
  }

  /**
   * Takes the handler away. {@return false if somebody may still call it, so that its code has to
   * stay}
   */
  boolean release() {
    return signal.release();
  }
}
