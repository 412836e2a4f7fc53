package org.jitalloc.core.poke;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.core.host.TrapSignal;

/** The trap handler of a process, which is installed when the first plan needs it. */
public final class HostTraps implements TrapTable {

  private final AddressRange text;
  private final TrapSignal signal;

  /**
   * The kept records by address; in a process all addresses are below 2<sup>63</sup>. Changed under
   * the text lock, read without it.
   */
  private final ConcurrentSkipListMap<Long, PokePlan.Trap> kept = new ConcurrentSkipListMap<>();

  /** The armed records by address. */
  private Map<Long, PokePlan.Trap> armed = Map.of();

  /**
   * The addresses for which the handler's table may differ from {@link #kept} and {@link #armed},
   * because an update of it failed. The next update includes them.
   */
  private final Set<Long> outdated = new HashSet<>();

  /** Makes it for the text of a range. */
  public HostTraps(AddressRange text, TrapSignal signal) {
    this.text = text;
    this.signal = signal;
  }

  public long carried() {
    return signal.carried();
  }

  /** {@return the number of addresses that have a record in the handler's table} */
  public int records() {
    return signal.records();
  }

  @Override
  public void arm(TrapHandler handler, List<PokePlan.Trap> traps) {
    signal.install(handler, text);
    Map<Long, PokePlan.Trap> coming = new HashMap<>();
    traps.forEach(trap -> coming.put(trap.address(), trap));
    outdated.addAll(coming.keySet());
    armed = coming;
    update();
  }

  @Override
  public void disarm() {
    outdated.addAll(armed.keySet());
    armed = Map.of();
    update();
  }

  /** Brings the records of the outdated addresses up to date in the handler's table. */
  private void update() {
    if (outdated.isEmpty()) {
      return;
    }
    List<PokePlan.Trap> known = new ArrayList<>();
    List<Long> gone = new ArrayList<>();
    for (long address : outdated) {
      PokePlan.Trap trap = armed.getOrDefault(address, kept.get(address));
      if (trap == null) {
        gone.add(address);
      } else {
        known.add(trap);
      }
    }
    signal.change(known, gone);
    outdated.clear();
  }

  @Override
  public Collection<Long> keptIn(long address, long bytes) {
    // Called for each free of text; mostly there are no breakpoints.
    if (kept.isEmpty()) {
      return List.of();
    }
    return Collections.unmodifiableSet(kept.subMap(address, address + bytes).keySet());
  }

  @Override
  public Map<Long, PokePlan.Trap> kept(Collection<Long> addresses) {
    Map<Long, PokePlan.Trap> found = new HashMap<>();
    for (long address : addresses) {
      PokePlan.Trap trap = kept.get(address);
      if (trap != null) {
        found.put(address, trap);
      }
    }
    return found;
  }

  @Override
  public void keep(TrapHandler handler, List<PokePlan.Trap> breakpoints) {
    signal.install(handler, text);
    breakpoints.forEach(trap -> outdated.add(trap.address()));
    breakpoints.forEach(trap -> kept.put(trap.address(), trap));
    update();
  }

  @Override
  public void forget(Collection<Long> addresses) {
    List<Long> known = addresses.stream().filter(kept::containsKey).toList();
    outdated.addAll(known);
    known.forEach(kept::remove);
    update();
  }

  @Override
  public void restore(Collection<Long> addresses, Map<Long, PokePlan.Trap> before) {
    outdated.addAll(armed.keySet());
    outdated.addAll(addresses);
    armed = Map.of();
    addresses.forEach(kept::remove);
    kept.putAll(before);
    update();
  }

  @Override
  public void settle(List<PokePlan.Trap> coming, Map<Long, PokePlan.Trap> before) {
    outdated.addAll(armed.keySet());
    armed.forEach(kept::putIfAbsent);
    for (PokePlan.Trap trap : coming) {
      outdated.add(trap.address());
      kept.put(trap.address(), armed.getOrDefault(trap.address(), trap));
    }
    outdated.addAll(before.keySet());
    kept.putAll(before);
    armed = Map.of();
    update();
  }

  /**
   * Uninstalls the handler.
   *
   * @return false if another handler that was installed over it may still call it
   */
  public boolean release() {
    return signal.release();
  }
}
