package org.jitalloc.core.memory;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
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

  /**
   * The breakpoints that stay, by address; all are below 2<sup>63</sup> in a process. Replaced
   * under the text lock, never changed, and read without it.
   */
  private volatile NavigableMap<Long, PokePlan.Trap> kept = Collections.emptyNavigableMap();

  /** Where a change is under way. */
  private List<PokePlan.Trap> armed = List.of();

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
    prepare(handler);
    publish(kept, traps);
    armed = traps;
  }

  @Override
  public void disarm() {
    armed = List.of();
    publish(kept, armed);
  }

  @Override
  public NavigableMap<Long, PokePlan.Trap> kept() {
    return kept;
  }

  @Override
  public void keep(TrapHandler handler, List<PokePlan.Trap> breakpoints) {
    prepare(handler);
    keep(with(kept, breakpoints));
  }

  @Override
  public void forget(List<Long> addresses) {
    TreeMap<Long, PokePlan.Trap> rest = new TreeMap<>(kept);
    rest.keySet().removeAll(Set.copyOf(addresses));
    keep(rest);
  }

  @Override
  public void restore(Map<Long, PokePlan.Trap> before) {
    armed = List.of();
    keep(new TreeMap<>(before));
  }

  @Override
  public void settle(Map<Long, PokePlan.Trap> before) {
    TreeMap<Long, PokePlan.Trap> all = with(kept, armed);
    all.putAll(before);
    restore(all);
  }

  private void keep(TreeMap<Long, PokePlan.Trap> next) {
    publish(next, armed);
    kept = Collections.unmodifiableNavigableMap(next);
  }

  private void publish(
      NavigableMap<Long, PokePlan.Trap> breakpoints, List<PokePlan.Trap> changing) {
    signal.publish(with(breakpoints, changing).values(), recordBytes);
  }

  private static TreeMap<Long, PokePlan.Trap> with(
      NavigableMap<Long, PokePlan.Trap> breakpoints, List<PokePlan.Trap> more) {
    TreeMap<Long, PokePlan.Trap> all = new TreeMap<>(breakpoints);
    more.forEach(trap -> all.put(trap.address(), trap));
    return all;
  }

  private void prepare(TrapHandler handler) {
    if (installed == null) {
      install(handler);
    }
    signal.requireInstalled();
    recordBytes = handler.recordBytes();
  }

  private void install(TrapHandler handler) {
    byte[] code = handler.code(signal.tableAddress(), text);
    JitMemory memory =
        target
            .admission()
            .allocate(target.core(), AllocationRequest.of(ModMemType.TEXT, code.length));
    try {
      memory.write(0, code);
      memory.publish();
      signal.install(handler, memory.address());
    } catch (RuntimeException failure) {
      memory.close();
      throw failure;
    }
    installed = handler;
  }

  /**
   * Takes the handler away. {@return false if somebody may still call it, so that its code has to
   * stay}
   */
  boolean release() {
    return signal.release();
  }
}
