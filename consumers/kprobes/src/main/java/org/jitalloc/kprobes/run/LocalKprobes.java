package org.jitalloc.kprobes.run;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Target;
import org.jitalloc.arch.trace.CallSiteLender;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.TraceableText;
import org.jitalloc.kprobes.Kprobes;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ProbeAt;
import org.jitalloc.kprobes.ProbeEvents;
import org.jitalloc.kprobes.ProbeRefusedException;
import org.jitalloc.kprobes.ProbeRefusedException.Reason;
import org.jitalloc.kprobes.ProbeRequest;
import org.jitalloc.kprobes.ReturnProbeRequest;
import org.jitalloc.kprobes.event.LocalEvents;
import org.jspecify.annotations.Nullable;

/** The probes of one target. */
public final class LocalKprobes implements Kprobes {
  private static final System.Logger LOG = System.getLogger("org.jitalloc.kprobes");

  private final JitAllocator allocator;
  private final Dispatcher dispatcher;
  private final Detours detours;
  private final Arming arming;
  private final ReentrantLock lock = new ReentrantLock();
  private final KnownTexts texts;
  private final TreeMap<Long, Place> places = new TreeMap<>(Long::compareUnsigned);
  private final ProbeEvents events;
  private @Nullable CallSiteLender lender;
  private boolean closed;

  /**
   * Makes the probes of a target.
   *
   * @param allocator the target's
   * @param codec that of its architecture
   */
  public LocalKprobes(JitAllocator allocator, ProbeCodec codec) {
    this.allocator = allocator;
    dispatcher = new Dispatcher(codec.registers());
    detours = new Detours(allocator, codec, dispatcher);
    arming = new Arming(allocator, detours);
    texts = new KnownTexts(allocator, codec, arming);
    events = new LocalEvents(this, codec.registers());
  }

  @Override
  public Target target() {
    return allocator.target();
  }

  @Override
  public void add(TraceableText text) {
    locked(() -> texts.add(text));
  }

  @Override
  public void remove(TraceableText gone) {
    locked(
        () -> {
          ProbedText text = texts.get(gone);
          if (text == null) return;
          List<Place> all = places.values().stream().filter(p -> p.text().equals(text)).toList();
          dropEach(all.stream().flatMap(p -> p.probes.stream()).toList());
          texts.forget(text);
        });
  }

  @Override
  public void lender(@Nullable CallSiteLender next) {
    locked(
        () -> {
          lender = next;
          places.values().forEach(this::borrowAgain);
        });
  }

  /** What could not be lent before is not lent now: then one will name what the other has put. */
  private void borrowAgain(Place place) {
    place.loan = null;
    try {
      borrow(place);
    } catch (JitAllocException failure) {
      LOG.log(Level.WARNING, "a probe and a tracer are at one place: " + place.name(), failure);
    }
  }

  private void borrow(Place place) {
    place.loan = borrow(place.address());
  }

  private CallSiteLender.@Nullable Loan borrow(long address) {
    return lender == null
        ? null
        : lender.borrow(address, allocator.poker().siteBytes()).orElse(null);
  }

  private static void giveBackIfUnused(Place place) {
    if (place.probes.isEmpty()) giveBack(place);
  }

  private static void giveBack(Place place) {
    if (place.loan != null) place.loan.close();
    place.loan = null;
  }

  @Override
  public void blacklist(String function, String why) {
    locked(() -> texts.blacklist().put(function, why));
  }

  @Override
  public Map<String, String> blacklist() {
    lock.lock();
    try {
      return new TreeMap<>(texts.blacklist());
    } finally {
      unlock();
    }
  }

  @Override
  public long address(String function, int offset) {
    lock.lock();
    try {
      return texts.address(function, offset);
    } finally {
      unlock();
    }
  }

  @Override
  public Probe register(long address, ProbeRequest request) {
    return register(List.of(new ProbeAt(address, request))).getFirst();
  }

  @Override
  public List<Probe> register(List<ProbeAt> requests) {
    lock.lock();
    try {
      return install(make(requests));
    } finally {
      unlock();
    }
  }

  /** The probes of a batch, none of which is armed yet: all or none. */
  private List<LiveProbe> make(List<ProbeAt> requests) {
    List<LiveProbe> probes = new ArrayList<>();
    Map<Long, Place> found = new HashMap<>();
    try {
      for (ProbeAt at : requests) {
        Place place = found.computeIfAbsent(at.address(), this::place);
        if (at.request().after() != null && !place.isStraight()) {
          throw new ProbeRefusedException(
              Reason.WRONG_KIND,
              "nothing can be called behind the instruction at 0x%x (%s): it may go elsewhere"
                  .formatted(place.address(), place.name()));
        }
        probes.add(probe(place, at.request()));
      }
      return probes;
    } catch (RuntimeException refused) {
      probes.forEach(LiveProbe::endCounting);
      found.values().forEach(LocalKprobes::giveBackIfUnused);
      throw refused;
    }
  }

  private LiveProbe probe(Place place, ProbeRequest request) {
    boolean counts = request.before() == null && request.after() == null;
    return new LiveProbe(this, place, request, counts ? new Counter(allocator) : null);
  }

  @Override
  public Probe registerReturn(long address, ReturnProbeRequest request) {
    lock.lock();
    try {
      Place place = place(address);
      if (place.functionOffset() != 0) {
        giveBackIfUnused(place);
        throw new ProbeRefusedException(
            Reason.WRONG_KIND,
            "returns are probed at the start of a function: 0x%x is %s"
                .formatted(address, place.name()));
      }
      return install(List.of(new LiveProbe(this, place, request))).getFirst();
    } finally {
      unlock();
    }
  }

  private List<Probe> install(List<LiveProbe> probes) {
    for (LiveProbe probe : probes) {
      Place place = probe.at();
      if (place.probes.isEmpty()) {
        place.id = dispatcher.add(place);
        places.put(place.address(), place);
      }
      place.probes.add(probe);
    }
    try {
      arrange(probes.stream().map(LiveProbe::at).distinct().toList());
    } catch (RuntimeException failure) {
      try {
        drop(probes);
      } catch (RuntimeException again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
    return List.copyOf(probes);
  }

  private void arrange(List<Place> changed) {
    arming.arrange(changed, this::optimizeIfIdle);
  }

  /** The place of an instruction, new or old, or why there can be none. */
  private Place place(long address) {
    if (closed) throw new IllegalStateException("these probes are closed");
    Place known = places.get(address);
    if (known != null) return known;
    return newPlace(texts.find(address), address);
  }

  /** Borrows what stands there before it is read, so that it is no call of a tracer. */
  private Place newPlace(KnownTexts.Found found, long address) {
    CallSiteLender.Loan loan;
    try {
      loan = borrow(address);
    } catch (JitAllocException traced) {
      throw new ProbeRefusedException(
          Reason.TRACER, "0x%x cannot be probed: %s".formatted(address, traced.getMessage()));
    }
    try {
      Place place = texts.read(found, address, loan != null);
      place.loan = loan;
      return place;
    } catch (RuntimeException refused) {
      if (loan != null) loan.close();
      throw refused;
    }
  }

  void enable(LiveProbe probe, boolean on) {
    locked(
        () -> {
          if (probe.closed || probe.enabled == on) return;
          probe.enabled = on;
          arrange(List.of(probe.at()));
        });
  }

  @Override
  public void unregister(Collection<Probe> gone) {
    List<LiveProbe> ours = gone.stream().map(this::own).toList();
    locked(() -> drop(ours.stream().filter(probe -> !probe.closed).distinct().toList()));
  }

  private LiveProbe own(Probe probe) {
    if (probe instanceof LiveProbe own && own.isOf(this)) return own;
    throw new JitAllocException(
        JitAllocException.Reason.INVALID_REQUEST,
        "a probe of another target than %s: %s".formatted(target().name(), probe));
  }

  void remove(LiveProbe probe) {
    unregister(List.of(probe));
  }

  /** In one batch. If that fails, what stands there is not ours any more, and stays. */
  private void drop(List<LiveProbe> probes) {
    if (probes.isEmpty()) return;
    var changed = new LinkedHashSet<Place>();
    for (LiveProbe probe : probes) {
      probe.closed = true;
      probe.enabled = false;
      probe.at().probes.remove(probe);
      changed.add(probe.at());
    }
    var live = new ArrayList<Place>();
    for (Place place : changed) {
      if (place.text().memory().state() == JitMemory.State.LIVE) live.add(place);
      else arming.abandon(place);
      if (place.probes.isEmpty()) places.remove(place.address());
    }
    arrange(live);
    List<Place> empty = changed.stream().filter(place -> place.probes.isEmpty()).toList();
    empty.forEach(LocalKprobes::giveBack);
    allocator.afterGracePeriod(
        () -> {
          empty.forEach(place -> dispatcher.remove(place.id));
          probes.forEach(LiveProbe::endCounting);
        });
  }

  /** As many as can be taken away: one that cannot does not keep others. */
  private void dropEach(List<LiveProbe> probes) {
    try {
      drop(probes);
    } catch (RuntimeException failure) {
      LOG.log(Level.WARNING, "not all probes can be taken away: " + probes.size(), failure);
      probes.stream().map(LiveProbe::at).distinct().forEach(this::arrangeAlone);
    }
  }

  private void arrangeAlone(Place place) {
    try {
      arrange(List.of(place));
    } catch (RuntimeException failure) {
      LOG.log(Level.WARNING, "a probe stays in the text: " + place.name(), failure);
    }
  }

  Optional<String> whyNotOptimized(LiveProbe probe) {
    lock.lock();
    try {
      return arming.whyNotJump(probe.at());
    } finally {
      unlock();
    }
  }

  @Override
  public ProbeEvents events() {
    return events;
  }

  @Override
  public List<Probe> probes() {
    lock.lock();
    try {
      List<Probe> all = new ArrayList<>();
      places.values().forEach(place -> all.addAll(place.probes));
      return all;
    } finally {
      unlock();
    }
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      unlock();
    }
  }

  /** Whoever has the lock does what came up meanwhile. */
  private void unlock() {
    try {
      if (lock.getHoldCount() == 1) arming.optimize();
    } finally {
      lock.unlock();
    }
    optimizeIfIdle();
  }

  /** By any thread, which must not wait: if somebody has the lock, they will see to it. */
  private void optimizeIfIdle() {
    while (arming.isReady() && !lock.isHeldByCurrentThread() && lock.tryLock()) {
      try {
        arming.optimize();
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public void close() {
    locked(
        () -> {
          if (closed) return;
          dropEach(places.values().stream().flatMap(p -> p.probes.stream()).toList());
          closed = true;
          detours.close();
        });
  }
}
