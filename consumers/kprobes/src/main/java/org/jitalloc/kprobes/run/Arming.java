package org.jitalloc.kprobes.run;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Poke;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.trace.ProbeText;
import org.jspecify.annotations.Nullable;

/** Makes of instructions what their probes want. Used under the lock of {@link LocalKprobes}. */
final class Arming {
  /*
   * A place is UNARMED <-> BREAKPOINT <-> JUMP.
   * UNARMED -> BREAKPOINT: the first unit of the instruction; the trap handler sends threads to the detour. Sound whatever
   *   threads do.
   * BREAKPOINT -> JUMP: the jump covers instructions behind the first. Before it is written no thread may be at one of
   *   them: the detour already stands in for all that will be covered, and goes on behind them, so that after a grace
   *   period only a branch could lead to them, and the codec says that there is none.
   * JUMP -> BREAKPOINT at once: what a thread was in under the jump is the detour, which stays.
   * No other place that is armed lies under a jump: who comes later takes the jump away first.
   * A place may be a call site that is borrowed. What the site does for its tracer is in the detour then, as the last thing,
   *   and in the text under the probe, so that it is there when the probe goes.
   * A detour that is replaced is closed: threads inside leave it, its room is used again after that.
   */
  private static final System.Logger LOG = System.getLogger("org.jitalloc.kprobes");

  /** Where call sites are that tracers may change. */
  interface Sites {
    /** Whether one begins in a piece of text. */
    boolean begin(long address, int bytes);
  }

  /** What waits for a grace period. */
  private record Waiting(Place place, int version) {}

  private final JitAllocator allocator;
  private final Detours detours;
  private final Sites sites;
  private final TreeMap<Long, Place> armed = new TreeMap<>(Long::compareUnsigned);
  private final ConcurrentLinkedQueue<Waiting> ready = new ConcurrentLinkedQueue<>();

  Arming(JitAllocator allocator, Detours detours, Sites sites) {
    this.allocator = allocator;
    this.detours = detours;
    this.sites = sites;
  }

  /** What was waiting and need not any more: the owner of the lock calls {@link #optimize} then. */
  boolean isReady() {
    return !ready.isEmpty();
  }

  /**
   * Arms, disarms or changes places in one batch.
   *
   * @param places the places
   * @param wake called by any thread, without the lock, when {@link #optimize} has something to do
   */
  void arrange(List<Place> places, Runnable wake) {
    Set<Place> affected = new LinkedHashSet<>(places);
    Map<Place, LiveProbe[]> before = new HashMap<>();
    for (Place place : places) {
      before.put(place, place.enabled());
      publish(place, place.probes.stream().filter(LiveProbe::isEnabled).toArray(LiveProbe[]::new));
    }
    for (Place place : places) neighbours(place, affected);
    try {
      fall(affected);
      change(affected).forEach(detours::free);
    } catch (RuntimeException failure) {
      before.forEach(this::publish);
      raise(affected, wake);
      throw failure;
    }
    raise(affected, wake);
  }

  /** Has threads that come to a place find these probes. */
  private void publish(Place place, LiveProbe[] probes) {
    place.publish(probes);
    place.version++;
    if (wanted(place)) armed.put(place.address(), place);
    else armed.remove(place.address());
  }

  /** Has jumps written after a grace period, where there can be some. */
  private void raise(Collection<Place> places, Runnable wake) {
    List<Waiting> waiting =
        places.stream()
            .filter(p -> p.state() == Place.State.BREAKPOINT && wantsJump(p))
            .map(p -> new Waiting(p, p.version))
            .toList();
    if (!waiting.isEmpty()) {
      allocator.afterGracePeriod(
          () -> {
            ready.addAll(waiting);
            wake.run();
          });
    }
  }

  private static boolean wanted(Place place) {
    return place.enabled().length > 0;
  }

  /**
   * Those before a place whose jump covers it, or could if it were not there. Every instruction
   * that a jump covers begins where the jump has a byte.
   */
  private void neighbours(Place place, Set<Place> affected) {
    for (Place other : armed.headMap(place.address(), false).descendingMap().values()) {
      if (place.address() - other.address() >= allocator.poker().siteBytes()) break;
      if (other.jump() instanceof ProbeText.Covers(int bytes)
          && place.address() - other.address() < bytes
          && affected.add(other)) {
        other.version++;
      }
    }
  }

  /** Takes away all jumps that are not wanted any more. */
  private void fall(Set<Place> places) {
    lower(places.stream().filter(p -> p.isJump() && !(wanted(p) && fits(p))).toList());
  }

  private void lower(List<Place> falling) {
    if (falling.isEmpty()) return;
    allocator.poker().poke(falling.stream().map(p -> jumpPoke(p, false)).toList());
    falling.forEach(p -> p.become(Place.State.BREAKPOINT));
  }

  private boolean fits(Place place) {
    return Objects.equals(place.shape, shape(place));
  }

  /** Changes breakpoints and detours. {@return detours that are not used any more} */
  private List<JitMemory> change(Set<Place> places) {
    List<Poke> batch = new ArrayList<>();
    List<JitMemory> old = new ArrayList<>();
    List<JitMemory> made = new ArrayList<>();
    List<Runnable> then = new ArrayList<>();
    try {
      for (Place place : places) {
        Place.@Nullable Shape shape = wanted(place) ? shape(place) : null;
        if (Objects.equals(place.shape, shape)) continue;
        @Nullable JitMemory before = place.detour;
        @Nullable JitMemory after = shape == null ? null : detours.make(place, shape);
        if (after != null) made.add(after);
        if (before != null) old.add(before);
        batch.add(breakpointPoke(place, before, after));
        then.add(
            () -> {
              place.detour = after;
              place.shape = shape;
              place.become(after == null ? Place.State.UNARMED : Place.State.BREAKPOINT);
            });
      }
      allocator.poker().poke(batch);
    } catch (RuntimeException failure) {
      made.forEach(detours::free);
      throw failure;
    }
    then.forEach(Runnable::run);
    return old;
  }

  /** What the detour of a place has to be: for all that a jump would cover, if there can be one. */
  private Place.Shape shape(Place place) {
    int bytes =
        jump(place) instanceof ProbeText.Covers(int covered) ? covered : place.instructionBytes();
    return new Place.Shape(bytes, place.counters(), place.wantsBefore(), place.wantsAfter());
  }

  private boolean wantsJump(Place place) {
    return jump(place) instanceof ProbeText.Covers;
  }

  private ProbeText.Jump jump(Place place) {
    if (!place.mayJump()) return new ProbeText.Refused("it was asked for a breakpoint");
    if (place.wantsAfter()) return new ProbeText.Refused("a handler is called behind it");
    ProbeText.Jump jump = place.jump();
    if (jump instanceof ProbeText.Covers(int bytes)) {
      Long next = armed.higherKey(place.address());
      if (next != null && next - place.address() < bytes) {
        return new ProbeText.Refused("another probe is under the jump, at 0x%x".formatted(next));
      }
      if (sites.begin(place.address() + 1, bytes - 1)) {
        return new ProbeText.Refused("a call site is under the jump");
      }
    }
    return jump;
  }

  Optional<String> whyNotJump(Place place) {
    return jump(place) instanceof ProbeText.Refused(String reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  private Poke breakpointPoke(Place place, @Nullable JitMemory before, @Nullable JitMemory after) {
    return new Poke(place.text().memory(), place.offset(), trap(place, before), trap(place, after));
  }

  private Instruction trap(Place place, @Nullable JitMemory detour) {
    if (detour != null) return new Instruction.Breakpoint(detour.address());
    return new Instruction.Raw(place.original(breakpointBytes(place)));
  }

  private int breakpointBytes(Place place) {
    return allocator.poker().encode(new Instruction.Breakpoint(0), place.address()).length;
  }

  private Poke jumpPoke(Place place, boolean arm) {
    JitMemory detour = Objects.requireNonNull(place.detour);
    Instruction jump = new Instruction.Jump(detour.address());
    byte[] bytes = place.original(allocator.poker().siteBytes());
    byte[] trap =
        allocator.poker().encode(new Instruction.Breakpoint(detour.address()), place.address());
    System.arraycopy(trap, 0, bytes, 0, trap.length);
    Instruction breakpoint = new Instruction.Raw(bytes);
    return arm
        ? new Poke(place.text().memory(), place.offset(), breakpoint, jump)
        : new Poke(place.text().memory(), place.offset(), jump, breakpoint);
  }

  /** Has jumps written where the grace period is over. */
  void optimize() {
    List<Place> places = new ArrayList<>();
    for (Waiting next = ready.poll(); next != null; next = ready.poll()) {
      Place place = next.place();
      boolean current = next.version() == place.version && place.state() == Place.State.BREAKPOINT;
      if (current && wantsJump(place)) places.add(place);
    }
    if (places.isEmpty()) return;
    try {
      allocator.poker().poke(places.stream().map(p -> jumpPoke(p, true)).toList());
      places.forEach(p -> p.become(Place.State.JUMP));
    } catch (RuntimeException failure) {
      LOG.log(Level.WARNING, "probes stay breakpoints: " + places.size(), failure);
    }
  }

  /**
   * Has call sites that are borrowed do something else: in the text where no probe is armed, else
   * in the detours, and behind the breakpoint. No thread is there but at the beginning, so that the
   * text behind it can change in any way.
   *
   * @param changes what the sites are to do, and the places of those that have one
   * @param wake as {@link #arrange} has it
   */
  void change(List<SiteChange> changes, Runnable wake) {
    List<SiteChange> armedOnes = changes.stream().filter(SiteChange::isArmed).toList();
    List<Place> places = armedOnes.stream().map(SiteChange::armedPlace).toList();
    List<JitMemory> made = new ArrayList<>();
    List<Poke> redirects = new ArrayList<>();
    try {
      for (SiteChange change : armedOnes) {
        Place place = change.armedPlace();
        JitMemory detour = detours.make(place, change.patch().after());
        made.add(detour);
        redirects.add(breakpointPoke(place, place.detour, detour));
      }
      lower(places.stream().filter(Place::isJump).toList());
      List<Poke> under = changes.stream().map(change -> under(change, false)).toList();
      allocator.poker().poke(under);
      redirect(changes, redirects);
    } catch (RuntimeException failure) {
      made.forEach(detours::free);
      places.forEach(place -> place.version++);
      raise(places, wake);
      throw failure;
    }
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      detours.free(Objects.requireNonNull(place.detour));
      place.detour = made.get(i);
      place.version++;
    }
    changes.forEach(SiteChange::keep);
    raise(places, wake);
  }

  /** Sends threads to other detours, or leaves the text as it was before. */
  private void redirect(List<SiteChange> changes, List<Poke> redirects) {
    try {
      allocator.poker().poke(redirects);
    } catch (RuntimeException failure) {
      try {
        allocator.poker().poke(changes.stream().map(change -> under(change, true)).toList());
      } catch (RuntimeException again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
  }

  /** The change of a site in the text, behind the breakpoint where there is one. */
  private Poke under(SiteChange change, boolean back) {
    Patch patch = back ? change.patch().reversed() : change.patch();
    byte[] before = patch.before().clone();
    byte[] after = patch.after().clone();
    if (change.isArmed()) {
      Place place = change.armedPlace();
      byte[] trap = allocator.poker().encode(trap(place, place.detour), place.address());
      System.arraycopy(trap, 0, before, 0, trap.length);
      System.arraycopy(trap, 0, after, 0, trap.length);
    }
    return new Poke(
        change.memory(),
        patch.address() - change.memory().address(),
        new Instruction.Raw(before),
        new Instruction.Raw(after));
  }

  /** What stands at a place that is armed, instead of what {@link Place#original} has. */
  byte[] standing(Place place) {
    return place.original(place.isJump() ? allocator.poker().siteBytes() : breakpointBytes(place));
  }

  /** Forgets a place whose memory is gone. */
  void abandon(Place place) {
    publish(place, new LiveProbe[0]);
    if (place.detour != null) detours.free(place.detour);
    place.detour = null;
    place.shape = null;
    place.become(Place.State.UNARMED);
  }
}
