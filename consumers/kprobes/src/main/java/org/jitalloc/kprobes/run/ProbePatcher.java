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
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Poke;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.trace.ProbeText;
import org.jspecify.annotations.Nullable;

/**
 * Patches the text of probe points: breakpoints, jumps and detours. Guarded by the lock of {@link
 * LocalKprobes}, except for {@link #isReady}.
 */
final class ProbePatcher {
  /*
   * A point is UNARMED <-> BREAKPOINT <-> JUMP.
   * UNARMED -> BREAKPOINT writes the first unit of the instruction. The trap handler sends threads
   *   to the detour. Sound at any time.
   * BREAKPOINT -> JUMP: the jump covers instructions behind the first one, and no thread may be at
   *   one of them when it is written. The detour already executes all instructions that will be
   *   covered, and returns behind them. After a grace period only a branch could lead to a covered
   *   instruction, and the codec has checked that there is none.
   * JUMP -> BREAKPOINT at once: a thread that has executed the jump is in the detour, which stays.
   * No other armed point is under a jump: a point that is armed later removes the jump first.
   * A point may be at a borrowed call site. What the site does for its tracer is then the last
   *   instruction of the detour, and is also in the text under the breakpoint, so that it is there
   *   when the probe is removed.
   * A replaced detour is closed: threads inside leave it, and its memory is reused after that.
   */
  private static final System.Logger LOG = System.getLogger("org.jitalloc.kprobes");

  /** Reads the function of a point as it is now. */
  @FunctionalInterface
  interface Reader {
    /**
     * {@return the function, the same object if it has not changed}
     *
     * @throws org.jitalloc.kprobes.ProbeRefusedException if the point cannot be probed any more
     */
    FunctionText read(ProbePoint point);
  }

  /** How often text is read again that changes while it is armed. */
  private static final int TRIES = 10;

  /** A point whose jump waits for a grace period. */
  private record Waiting(ProbePoint point, int version) {}

  private final JitAllocator allocator;
  private final BlockedTraps blockedTraps;
  private final Detours detours;
  private final SiteBorrower sites;
  private final Reader reader;
  private final ArmedRanges ranges;
  private final Runnable wake;
  private final TreeMap<Long, ProbePoint> armed = new TreeMap<>(Long::compareUnsigned);
  private final ConcurrentLinkedQueue<Waiting> ready = new ConcurrentLinkedQueue<>();

  /**
   * Creates it.
   *
   * @param wake called by any thread, without the lock, when {@link #isReady} becomes true
   */
  ProbePatcher(
      JitAllocator allocator,
      Detours detours,
      SiteBorrower sites,
      Reader reader,
      ArmedRanges ranges,
      Runnable wake) {
    this.allocator = allocator;
    blockedTraps = new BlockedTraps(allocator);
    this.detours = detours;
    this.sites = sites;
    this.reader = reader;
    this.ranges = ranges;
    this.wake = wake;
  }

  /**
   * {@return whether grace periods have ended. The owner of the lock then calls {@link #optimize}}
   */
  boolean isReady() {
    return !ready.isEmpty();
  }

  /** Arms, disarms or changes points in one batch, as their enabled probes need it. */
  void update(List<ProbePoint> points) {
    Set<ProbePoint> affected = new LinkedHashSet<>(points);
    Map<ProbePoint, LiveProbe[]> before = new HashMap<>();
    for (ProbePoint point : points) {
      before.put(point, point.enabled());
      enable(point, point.probes.stream().filter(LiveProbe::isEnabled).toArray(LiveProbe[]::new));
    }
    for (ProbePoint point : points) {
      neighbours(point, affected);
    }
    try {
      reserve(affected);
      lower(affected.stream().filter(p -> p.isJump() && !(isNeeded(p) && fits(p))).toList());
      change(affected).forEach(detours::free);
    } catch (RuntimeException | Error failure) {
      before.forEach(this::enable);
      affected.forEach(this::guard);
      raise(affected);
      throw failure;
    }
    affected.forEach(this::guard);
    raise(affected);
  }

  /**
   * Guards the text of the detours that will be made, and reads it again until it does not change:
   * the detours execute copies of it.
   */
  private void reserve(Set<ProbePoint> points) {
    List<ProbePoint> growing = points.stream().filter(this::grows).toList();
    if (growing.isEmpty()) {
      return;
    }
    for (int i = 0; i < TRIES; i++) {
      for (ProbePoint point : growing) {
        point.read(reader.read(point));
        ranges.put(point.address(), shape(point).bytes());
      }
      allocator.poker().awaitPokes();
      if (growing.stream().allMatch(point -> point.read().equals(reader.read(point)))) {
        return;
      }
    }
    throw new JitAllocException(
        JitAllocException.Reason.WRONG_STATE,
        "text changes while it is probed: " + growing.getFirst().name());
  }

  /** {@return whether a point needs a detour that executes more bytes of text than before} */
  private boolean grows(ProbePoint point) {
    ProbePoint.@Nullable Shape shape = point.shape;
    return isNeeded(point) && (shape == null || shape.bytes() < shape(point).bytes());
  }

  private void guard(ProbePoint point) {
    ProbePoint.@Nullable Shape shape = point.shape;
    if (shape == null) {
      ranges.remove(point.address());
    } else {
      ranges.put(point.address(), shape.bytes());
    }
  }

  private void enable(ProbePoint point, LiveProbe[] probes) {
    point.enabled(probes);
    point.version++;
    if (isNeeded(point)) {
      armed.put(point.address(), point);
    } else {
      armed.remove(point.address());
    }
  }

  /** Queues jumps for the time after a grace period, where there can be a jump. */
  private void raise(Collection<ProbePoint> points) {
    List<Waiting> waiting =
        points.stream()
            .filter(p -> p.state() == ProbePoint.State.BREAKPOINT && canJump(p))
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

  private static boolean isNeeded(ProbePoint point) {
    return point.enabled().length > 0;
  }

  /**
   * Adds the points before a point with a jump that covers it, or would cover it if the point did
   * not exist. Every instruction that a jump covers begins at a byte of the jump.
   */
  private void neighbours(ProbePoint point, Set<ProbePoint> affected) {
    for (ProbePoint other : armed.headMap(point.address(), false).descendingMap().values()) {
      if (point.address() - other.address() >= allocator.poker().siteBytes()) {
        break;
      }
      if (other.jump() instanceof ProbeText.Covers(int bytes)
          && point.address() - other.address() < bytes
          && affected.add(other)) {
        other.version++;
      }
    }
  }

  /** Replaces jumps by breakpoints. */
  private void lower(List<ProbePoint> falling) {
    if (falling.isEmpty()) {
      return;
    }
    allocator.poker().poke(falling.stream().map(p -> jumpPoke(p, false)).toList());
    falling.forEach(p -> p.state(ProbePoint.State.BREAKPOINT));
  }

  private boolean fits(ProbePoint point) {
    return Objects.equals(point.shape, shape(point));
  }

  /** Changes breakpoints and detours. {@return detours that are not used any more} */
  private List<JitMemory> change(Set<ProbePoint> points) {
    List<Poke> batch = new ArrayList<>();
    List<JitMemory> old = new ArrayList<>();
    List<JitMemory> made = new ArrayList<>();
    List<Runnable> then = new ArrayList<>();
    try {
      for (ProbePoint point : points) {
        ProbePoint.@Nullable Shape shape = isNeeded(point) ? shape(point) : null;
        if (Objects.equals(point.shape, shape)) {
          continue;
        }
        @Nullable JitMemory before = point.detour;
        @Nullable JitMemory after = shape == null ? null : detours.make(point, shape);
        if (after != null) {
          made.add(after);
        }
        if (before != null) {
          old.add(before);
        }
        batch.add(breakpointPoke(point, before, after));
        then.add(() -> armed(point, after, shape));
      }
      if (!made.isEmpty()) {
        blockedTraps.look();
      }
      allocator.poker().poke(batch);
    } catch (RuntimeException | Error failure) {
      made.forEach(detours::free);
      throw failure;
    }
    then.forEach(Runnable::run);
    return old;
  }

  private static void armed(
      ProbePoint point, @Nullable JitMemory detour, ProbePoint.@Nullable Shape shape) {
    point.detour = detour;
    point.shape = shape;
    point.state(detour == null ? ProbePoint.State.UNARMED : ProbePoint.State.BREAKPOINT);
  }

  /**
   * {@return the shape that a detour needs: for all that a jump would cover, if there can be one}
   */
  private ProbePoint.Shape shape(ProbePoint point) {
    int bytes =
        jump(point) instanceof ProbeText.Covers(int covered) ? covered : point.instructionBytes();
    return new ProbePoint.Shape(bytes, point.counters(), point.needsBefore(), point.needsAfter());
  }

  private boolean canJump(ProbePoint point) {
    return jump(point) instanceof ProbeText.Covers;
  }

  private ProbeText.Jump jump(ProbePoint point) {
    if (!point.mayJump()) {
      return new ProbeText.Refused("a breakpoint was requested");
    }
    if (point.needsAfter()) {
      return new ProbeText.Refused("a handler is called behind it");
    }
    ProbeText.Jump jump = point.jump();
    if (jump instanceof ProbeText.Covers(int bytes)) {
      Long next = armed.higherKey(point.address());
      if (next != null && next - point.address() < bytes) {
        return new ProbeText.Refused("another probe is under the jump, at 0x%x".formatted(next));
      }
      if (sites.hasSite(point.address() + 1, bytes - 1)) {
        return new ProbeText.Refused("a call site is under the jump");
      }
    }
    return jump;
  }

  /** {@return why there is no jump at a point; empty if there is one, or will be} */
  Optional<String> whyNoJump(ProbePoint point) {
    return jump(point) instanceof ProbeText.Refused(String reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  private Poke breakpointPoke(
      ProbePoint point, @Nullable JitMemory before, @Nullable JitMemory after) {
    return new Poke(point.memory(), point.offset(), trap(point, before), trap(point, after));
  }

  private Instruction trap(ProbePoint point, @Nullable JitMemory detour) {
    return detour == null
        ? new Instruction.Raw(point.original(breakpointBytes(point)))
        : new Instruction.Breakpoint(detour.address());
  }

  private int breakpointBytes(ProbePoint point) {
    return allocator.poker().encode(new Instruction.Breakpoint(0), point.address()).length;
  }

  private Poke jumpPoke(ProbePoint point, boolean arm) {
    JitMemory detour = Objects.requireNonNull(point.detour);
    Instruction jump = new Instruction.Jump(detour.address());
    byte[] bytes = point.original(allocator.poker().siteBytes());
    byte[] trap =
        allocator.poker().encode(new Instruction.Breakpoint(detour.address()), point.address());
    System.arraycopy(trap, 0, bytes, 0, trap.length);
    Instruction breakpoint = new Instruction.Raw(bytes);
    return arm
        ? new Poke(point.memory(), point.offset(), breakpoint, jump)
        : new Poke(point.memory(), point.offset(), jump, breakpoint);
  }

  /** Writes the jumps of points whose grace period has ended. */
  void optimize() {
    List<ProbePoint> points = new ArrayList<>();
    for (Waiting next = ready.poll(); next != null; next = ready.poll()) {
      ProbePoint point = next.point();
      if (next.version() == point.version
          && point.state() == ProbePoint.State.BREAKPOINT
          && mayJumpNow(point)) {
        points.add(point);
      }
    }
    if (points.isEmpty()) {
      return;
    }
    try {
      allocator.poker().poke(points.stream().map(p -> jumpPoke(p, true)).toList());
      points.forEach(p -> p.state(ProbePoint.State.JUMP));
    } catch (RuntimeException | Error failure) {
      LOG.log(Level.WARNING, "probes stay breakpoints: " + points.size(), failure);
    }
  }

  /** Reads the function again: a branch to an instruction under the jump may be new in it. */
  private boolean mayJumpNow(ProbePoint point) {
    try {
      point.read(reader.read(point));
      return canJump(point) && fits(point);
    } catch (RuntimeException | Error failure) {
      LOG.log(Level.WARNING, "the probe stays a breakpoint: " + point.name(), failure);
      return false;
    }
  }

  /**
   * Changes what borrowed call sites do: in the text where no probe is armed, else in the detours
   * and in the text behind the breakpoint. Threads are at the first unit of a site or nowhere in
   * it, so that the text behind the breakpoint can change in any way.
   */
  void changeSites(List<SiteChange> changes) {
    List<SiteChange> armedOnes = changes.stream().filter(SiteChange::isArmed).toList();
    List<ProbePoint> points = armedOnes.stream().map(SiteChange::armedPoint).toList();
    List<JitMemory> made = new ArrayList<>();
    List<Poke> redirects = new ArrayList<>();
    try {
      for (SiteChange change : armedOnes) {
        ProbePoint point = change.armedPoint();
        JitMemory detour = detours.make(point, change.patch().after());
        made.add(detour);
        redirects.add(breakpointPoke(point, point.detour, detour));
      }
      lower(points.stream().filter(ProbePoint::isJump).toList());
      List<Poke> under = changes.stream().map(change -> under(change, false)).toList();
      allocator.poker().poke(under);
      redirect(changes, redirects);
    } catch (RuntimeException | Error failure) {
      made.forEach(detours::free);
      points.forEach(point -> point.version++);
      raise(points);
      throw failure;
    }
    for (int i = 0; i < points.size(); i++) {
      ProbePoint point = points.get(i);
      detours.free(Objects.requireNonNull(point.detour));
      point.detour = made.get(i);
      point.version++;
    }
    changes.forEach(SiteChange::keep);
    raise(points);
  }

  /** Sends threads to the new detours; if that fails, restores the text under the breakpoints. */
  private void redirect(List<SiteChange> changes, List<Poke> redirects) {
    try {
      allocator.poker().poke(redirects);
    } catch (RuntimeException | Error failure) {
      try {
        allocator.poker().poke(changes.stream().map(change -> under(change, true)).toList());
      } catch (RuntimeException | Error again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
  }

  /** The change of a site in the text, behind the breakpoint if there is one. */
  private Poke under(SiteChange change, boolean back) {
    Patch patch = back ? change.patch().reversed() : change.patch();
    byte[] before = patch.before().clone();
    byte[] after = patch.after().clone();
    if (change.isArmed()) {
      ProbePoint point = change.armedPoint();
      byte[] trap = allocator.poker().encode(trap(point, point.detour), point.address());
      System.arraycopy(trap, 0, before, 0, trap.length);
      System.arraycopy(trap, 0, after, 0, trap.length);
    }
    return new Poke(
        change.memory(),
        patch.address() - change.memory().address(),
        new Instruction.Raw(before),
        new Instruction.Raw(after));
  }

  /** {@return the original bytes that a breakpoint or jump of an armed point has replaced} */
  byte[] replaced(ProbePoint point) {
    return point.original(point.isJump() ? allocator.poker().siteBytes() : breakpointBytes(point));
  }

  /** Forgets a point whose memory was closed. */
  void abandon(ProbePoint point) {
    enable(point, new LiveProbe[0]);
    if (point.detour != null) {
      detours.free(point.detour);
    }
    armed(point, null, null);
    guard(point);
  }
}
