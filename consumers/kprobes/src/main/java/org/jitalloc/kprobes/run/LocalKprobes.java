package org.jitalloc.kprobes.run;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Target;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.kprobes.Kprobes;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ProbeAt;
import org.jitalloc.kprobes.ProbeEvents;
import org.jitalloc.kprobes.ProbeRefusedException;
import org.jitalloc.kprobes.ProbeRefusedException.Reason;
import org.jitalloc.kprobes.ProbeRequest;
import org.jitalloc.kprobes.ReturnProbeRequest;
import org.jitalloc.kprobes.event.LocalEvents;
import org.jitalloc.text.CallSiteLender;
import org.jitalloc.text.CallSiteLender.Loan;
import org.jitalloc.text.OriginalText;
import org.jitalloc.text.TextPatcher;
import org.jitalloc.text.TraceableText;
import org.jspecify.annotations.Nullable;

/** The probes of one target. */
public final class LocalKprobes implements Kprobes, OriginalText, TextPatcher {
  private static final System.Logger LOG = System.getLogger("org.jitalloc.kprobes");

  private final JitAllocator allocator;
  private final Dispatcher dispatcher;
  private final Detours detours;
  private final Borrowing borrowing;
  private final Arming arming;
  private final ProbeLock lock;
  private final KnownTexts texts;
  private final NewProbes newProbes;
  private final TreeMap<Long, Place> places = new TreeMap<>(Long::compareUnsigned);
  private final ProbeEvents events;
  private volatile boolean closed;

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
    borrowing = new Borrowing(this::change);
    arming = new Arming(allocator, detours, borrowing);
    lock = new ProbeLock(arming, borrowing);
    texts = new KnownTexts(allocator, codec);
    newProbes = new NewProbes(this, allocator, texts, places, borrowing);
    events = new LocalEvents(this, codec.registers());
  }

  @Override
  public Target target() {
    return allocator.target();
  }

  @Override
  public KnownText add(TraceableText added) {
    ProbedText text = ProbedText.of(added);
    locked(() -> texts.add(text));
    return () -> remove(text);
  }

  @Override
  public void textsPublished() {}

  private void remove(ProbedText text) {
    locked(
        () -> {
          if (!texts.has(text)) return;
          dropEach(probesOf(place -> place.text().equals(text)));
          texts.forget(text);
        });
  }

  /**
   * Sets the lender of the call sites of the target. From now on probes borrow the call sites that
   * they are at: both the probe is hit and the function is traced. Call it with no lock held that
   * callers of the lender may wait for.
   *
   * @param next the lender, or null if there is none; sites that are borrowed stay borrowed
   */
  public void lender(@Nullable CallSiteLender next) {
    borrowing.lender(next);
    if (next != null) borrowFor(_ -> true);
  }

  @Override
  public void sitesAreKnown(JitMemory text) {
    borrowFor(place -> place.text().memory().equals(text));
  }

  /** Borrows the call sites where probes are already, and takes away jumps over others. */
  private void borrowFor(Predicate<Place> which) {
    List<LiveProbe> probes = locked(() -> probesOf(which));
    List<@Nullable Loan> loans = new ArrayList<>();
    for (LiveProbe probe : probes) {
      try {
        loans.add(borrowing.borrow(probe.at().text().memory(), probe.address()));
      } catch (JitAllocException failure) {
        LOG.log(Level.WARNING, "a probe and a tracer are at one place: " + probe, failure);
        loans.add(null);
      }
    }
    locked(
        () -> {
          for (int i = 0; i < loans.size(); i++) lend(probes.get(i), loans.get(i));
          arrange(live(probes.stream().filter(p -> !p.closed).map(LiveProbe::at).toList()));
        });
  }

  private List<LiveProbe> probesOf(Predicate<Place> which) {
    return places.values().stream().filter(which).flatMap(p -> p.probes.stream()).toList();
  }

  private void lend(LiveProbe probe, @Nullable Loan loan) {
    if (loan == null) return;
    borrowing.noMore(probe.closed ? loan : probe.loan);
    if (probe.closed) return;
    probe.loan = loan;
    if (!probe.at().isLent()) probe.at().does(probe.at().original(loan.idle().length));
  }

  /** The lender has a call site do something else. */
  private void change(JitMemory text, List<Patch> patches) {
    locked(
        () ->
            arming.change(
                patches.stream()
                    .map(patch -> new SiteChange(text, patch, places.get(patch.address())))
                    .toList(),
                lock::optimizeIfIdle));
  }

  @Override
  public byte[] read(JitMemory text) {
    return locked(
        () -> {
          byte[] code = text.read(0, Math.toIntExact(text.bytes()));
          for (Place place :
              places.subMap(text.address(), text.address() + text.bytes()).values()) {
            if (place.state() == Place.State.UNARMED) continue;
            byte[] original = arming.standing(place);
            System.arraycopy(original, 0, code, (int) place.offset(), original.length);
          }
          return code;
        });
  }

  @Override
  public void blacklist(String function, String why) {
    locked(() -> texts.blacklist().put(function, why));
  }

  @Override
  public Map<String, String> blacklist() {
    return locked(() -> new TreeMap<>(texts.blacklist()));
  }

  @Override
  public long address(String function, int offset) {
    return locked(() -> texts.address(function, offset));
  }

  @Override
  public Probe register(long address, ProbeRequest request) {
    return register(List.of(new ProbeAt(address, request))).getFirst();
  }

  @Override
  public List<Probe> register(List<ProbeAt> requests) {
    List<@Nullable Loan> loans = borrow(requests.stream().map(ProbeAt::address).toList());
    return locked(() -> install(newProbes.make(requests, loans)));
  }

  /** Borrows the call sites among addresses; no lock is held. */
  private List<@Nullable Loan> borrow(List<Long> addresses) {
    if (closed) throw wereClosed();
    List<@Nullable JitMemory> memories = new ArrayList<>();
    locked(() -> addresses.forEach(address -> memories.add(newProbes.text(address))));
    List<@Nullable Loan> loans = new ArrayList<>();
    try {
      for (int i = 0; i < addresses.size(); i++) {
        loans.add(borrowing.borrow(memories.get(i), addresses.get(i)));
      }
      return loans;
    } catch (JitAllocException lent) {
      loans.forEach(borrowing::noMore);
      borrowing.giveBack();
      throw new ProbeRefusedException(Reason.TRACER, "cannot be probed: " + lent.getMessage());
    }
  }

  @Override
  public Probe registerReturn(long address, ReturnProbeRequest request) {
    List<@Nullable Loan> loans = borrow(List.of(address));
    return locked(() -> install(List.of(newProbes.make(address, request, loans)))).getFirst();
  }

  private JitAllocException wereClosed() {
    return new JitAllocException(
        JitAllocException.Reason.WRONG_STATE,
        "the probes of %s were closed".formatted(target().name()));
  }

  private List<Probe> install(List<LiveProbe> probes) {
    if (closed) {
      probes.forEach(LiveProbe::endCounting);
      probes.forEach(probe -> borrowing.noMore(probe.loan));
      throw wereClosed();
    }
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
    arming.arrange(changed, lock::optimizeIfIdle);
  }

  void enable(LiveProbe probe, boolean on) {
    locked(
        () -> {
          if (probe.closed || probe.enabled == on) return;
          probe.enabled = on;
          try {
            arrange(List.of(probe.at()));
          } catch (RuntimeException failure) {
            probe.enabled = !on;
            throw failure;
          }
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

  /** In one batch, all or none. */
  private void drop(List<LiveProbe> probes) {
    if (probes.isEmpty()) return;
    var changed = new LinkedHashMap<Place, List<LiveProbe>>();
    for (LiveProbe probe : probes) {
      changed.computeIfAbsent(probe.at(), place -> List.copyOf(place.probes));
      probe.at().probes.remove(probe);
    }
    try {
      arrange(live(changed.keySet()));
    } catch (RuntimeException failure) {
      changed.forEach(
          (place, before) -> {
            place.probes.clear();
            place.probes.addAll(before);
          });
      throw failure;
    }
    changed.keySet().stream().filter(place -> !isLive(place)).forEach(arming::abandon);
    gone(probes, changed.keySet().stream().filter(place -> place.probes.isEmpty()).toList());
  }

  private void gone(List<LiveProbe> probes, List<Place> empty) {
    for (LiveProbe probe : probes) {
      probe.closed = true;
      probe.enabled = false;
      borrowing.noMore(probe.loan);
    }
    empty.forEach(place -> places.remove(place.address()));
    allocator.afterGracePeriod(
        () -> {
          empty.forEach(place -> dispatcher.remove(place.id));
          probes.forEach(LiveProbe::endCounting);
        });
  }

  private static boolean isLive(Place place) {
    return place.text().memory().state() == JitMemory.State.LIVE;
  }

  private static List<Place> live(Collection<Place> places) {
    return places.stream().distinct().filter(LocalKprobes::isLive).toList();
  }

  /** As many as can be taken away: one that cannot does not keep others. */
  private void dropEach(List<LiveProbe> probes) {
    try {
      drop(probes);
    } catch (RuntimeException failure) {
      LOG.log(Level.WARNING, "not all probes can be taken away: " + probes.size(), failure);
      probes.forEach(this::dropAlone);
    }
  }

  private void dropAlone(LiveProbe probe) {
    try {
      drop(List.of(probe));
    } catch (RuntimeException failure) {
      LOG.log(Level.WARNING, "a probe stays in the text: " + probe, failure);
    }
  }

  Optional<String> whyNotOptimized(LiveProbe probe) {
    return locked(() -> arming.whyNotJump(probe.at()));
  }

  @Override
  public ProbeEvents events() {
    return events;
  }

  @Override
  public List<Probe> probes() {
    return locked(() -> List.<Probe>copyOf(probesOf(_ -> true)));
  }

  private void locked(Runnable action) {
    lock.locked(action);
  }

  private <T> T locked(Supplier<T> action) {
    return lock.locked(action);
  }

  @Override
  public void close() {
    locked(
        () -> {
          closed = true;
          dropEach(probesOf(_ -> true));
          // A probe that stays leads to a detour, and that to what all detours share.
          if (places.isEmpty()) detours.close();
        });
  }
}
