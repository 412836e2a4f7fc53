package org.jitalloc.core.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
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
   * The breakpoints that stay, by address; all are below 2<sup>63</sup> in a process. Changed under
   * the text lock, and read without it.
   */
  private final ConcurrentSkipListMap<Long, PokePlan.Trap> kept = new ConcurrentSkipListMap<>();

  /** Where a change is under way. */
  private List<PokePlan.Trap> armed = List.of();

  private @Nullable TrapHandler installed;

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
    signal.change(traps, List.of());
    armed = traps;
  }

  @Override
  public void disarm() {
    List<PokePlan.Trap> done = armed;
    armed = List.of();
    publish(done.stream().map(PokePlan.Trap::address).toList());
  }

  /** Has the handler know what is kept for some addresses. */
  private void publish(Collection<Long> addresses) {
    List<PokePlan.Trap> known = new ArrayList<>();
    List<Long> gone = new ArrayList<>();
    for (long address : addresses) {
      PokePlan.Trap trap = kept.get(address);
      if (trap == null) gone.add(address);
      else known.add(trap);
    }
    signal.change(known, gone);
  }

  @Override
  public Collection<Long> keptIn(long address, long bytes) {
    // Asked each time that text is freed, and mostly there are none.
    if (kept.isEmpty()) return List.of();
    return Collections.unmodifiableSet(kept.subMap(address, address + bytes).keySet());
  }

  @Override
  public Map<Long, PokePlan.Trap> keep(TrapHandler handler, List<PokePlan.Trap> breakpoints) {
    prepare(handler);
    signal.change(breakpoints, List.of());
    Map<Long, PokePlan.Trap> before = new HashMap<>();
    for (PokePlan.Trap trap : breakpoints) {
      PokePlan.Trap replaced = kept.put(trap.address(), trap);
      if (replaced != null) before.put(trap.address(), replaced);
    }
    return before;
  }

  @Override
  public void forget(Collection<Long> addresses) {
    List<Long> known = addresses.stream().filter(kept::containsKey).toList();
    if (known.isEmpty()) return;
    known.forEach(kept::remove);
    publish(known);
  }

  @Override
  public void restore(List<PokePlan.Trap> coming, Map<Long, PokePlan.Trap> before) {
    Set<Long> changed = new HashSet<>();
    armed.forEach(trap -> changed.add(trap.address()));
    armed = List.of();
    for (PokePlan.Trap trap : coming) {
      kept.remove(trap.address());
      changed.add(trap.address());
    }
    kept.putAll(before);
    if (!changed.isEmpty()) publish(changed);
  }

  @Override
  public void settle(List<PokePlan.Trap> coming, Map<Long, PokePlan.Trap> before) {
    Map<Long, PokePlan.Trap> all = new HashMap<>();
    coming.forEach(trap -> all.put(trap.address(), trap));
    Set<Long> came = Set.copyOf(all.keySet());
    for (PokePlan.Trap trap : armed) {
      if (came.contains(trap.address()) || !kept.containsKey(trap.address())) {
        all.put(trap.address(), trap);
      }
    }
    all.putAll(before);
    armed = List.of();
    kept.putAll(all);
    publish(all.keySet());
  }

  private void prepare(TrapHandler handler) {
    if (installed == null) {
      install(handler);
    }
    signal.requireInstalled();
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
