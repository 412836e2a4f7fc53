package org.jitalloc.kprobes.run;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.kprobes.ProbeAt;
import org.jitalloc.kprobes.ProbeRefusedException;
import org.jitalloc.kprobes.ProbeRefusedException.Reason;
import org.jitalloc.kprobes.ProbeRequest;
import org.jitalloc.kprobes.ReturnProbeRequest;
import org.jitalloc.text.CallSiteLender.Loan;
import org.jitalloc.text.TextFunction;
import org.jspecify.annotations.Nullable;

/** Registers and removes probes. Guarded by the lock of {@link LocalKprobes}. */
final class ProbeRegistry {
  private static final System.Logger LOG = System.getLogger("org.jitalloc.kprobes");

  private final JitAllocator allocator;
  private final KnownTexts texts;
  private final Dispatcher dispatcher;
  private final ProbePatcher patcher;
  private final SiteBorrower borrower;
  private final LiveProbe.Control control;
  private final TreeMap<Long, ProbePoint> points = new TreeMap<>(Long::compareUnsigned);

  /** What is to be done for removed probes after a grace period. */
  private final ArrayDeque<Runnable> ends = new ArrayDeque<>();

  /**
   * Creates it, without probes.
   *
   * @param control what probes call to change themselves; takes the lock
   */
  ProbeRegistry(
      JitAllocator allocator,
      KnownTexts texts,
      Dispatcher dispatcher,
      ProbePatcher patcher,
      SiteBorrower borrower,
      LiveProbe.Control control) {
    this.allocator = allocator;
    this.texts = texts;
    this.dispatcher = dispatcher;
    this.patcher = patcher;
    this.borrower = borrower;
    this.control = control;
  }

  boolean isEmpty() {
    return points.isEmpty();
  }

  List<LiveProbe> probes(Predicate<ProbePoint> which) {
    return points.values().stream().filter(which).flatMap(p -> p.probes.stream()).toList();
  }

  /**
   * Registers a batch of probes, all or none. Releases the loans if it fails.
   *
   * @param loans the borrowed call site of each request, or null
   */
  List<LiveProbe> register(List<ProbeAt> requests, List<@Nullable Loan> loans) {
    List<LiveProbe> probes = new ArrayList<>();
    Map<Long, ProbePoint> found = new HashMap<>();
    try {
      for (int i = 0; i < requests.size(); i++) {
        ProbeRequest request = requests.get(i).request();
        ProbePoint point = point(requests.get(i).address(), loans.get(i), found);
        if (request.after() != null && !point.isStraight()) {
          throw new ProbeRefusedException(
              Reason.WRONG_KIND,
              "no handler can be called behind the instruction at 0x%x (%s): it may branch"
                  .formatted(point.address(), point.name()));
        }
        boolean counts = request.before() == null && request.after() == null;
        Counter counter = counts ? new Counter(allocator) : null;
        probes.add(new LiveProbe(control, point, request, counter, loans.get(i)));
      }
    } catch (RuntimeException | Error refused) {
      probes.forEach(LiveProbe::endCounting);
      loans.forEach(borrower::release);
      throw refused;
    }
    install(probes);
    return probes;
  }

  /** Registers a return probe. Releases the loan if it fails. */
  LiveProbe register(long address, ReturnProbeRequest request, @Nullable Loan loan) {
    LiveProbe probe;
    try {
      ProbePoint point = point(address, loan, new HashMap<>());
      if (point.functionOffset() != 0) {
        throw new ProbeRefusedException(
            Reason.WRONG_KIND,
            "a return probe is registered at the start of a function: 0x%x is %s"
                .formatted(address, point.name()));
      }
      probe = new LiveProbe(control, point, request, loan);
    } catch (RuntimeException | Error refused) {
      borrower.release(loan);
      throw refused;
    }
    install(List.of(probe));
    return probe;
  }

  /** The point of an instruction: registered, found in this batch, or new. */
  private ProbePoint point(long address, @Nullable Loan loan, Map<Long, ProbePoint> found) {
    ProbePoint known = points.getOrDefault(address, found.get(address));
    if (known == null) {
      KnownTexts.Found at = texts.find(address);
      byte[] code = code(at.text(), at.function());
      if (loan != null) {
        int offset = (int) (address - at.text().memory().address() - at.function().offset());
        System.arraycopy(loan.idle(), 0, code, offset, loan.idle().length);
      }
      FunctionText read = texts.decode(at.text(), at.function(), code, address);
      known = new ProbePoint(at.text(), at.function(), address, read);
      found.put(address, known);
    }
    if (loan != null && !known.isBorrowed()) {
      int bytes = loan.idle().length;
      known.borrow(
          loan.idle(),
          known.state() == ProbePoint.State.UNARMED
              ? known.memory().read(known.offset(), bytes)
              : known.original(bytes));
    }
    return known;
  }

  /** {@return the bytes of a function now, without probes and with idle call sites} */
  private byte[] code(ProbedText text, TextFunction function) {
    byte[] code = text.memory().read(function.offset(), function.bytes());
    long start = text.memory().address() + function.offset();
    Collection<ProbePoint> inside = points.subMap(start, start + function.bytes()).values();
    for (ProbePoint point : inside) {
      if (point.state() != ProbePoint.State.UNARMED) {
        copy(patcher.replaced(point), code, point.functionOffset());
      }
    }
    for (ProbePoint point : inside) {
      copy(point.idle(), code, point.functionOffset());
    }
    return code;
  }

  private static void copy(byte[] from, byte[] to, int offset) {
    System.arraycopy(from, 0, to, offset, Math.min(from.length, to.length - offset));
  }

  /**
   * Reads the function of a point again.
   *
   * @throws ProbeRefusedException if the instruction cannot be probed any more
   */
  FunctionText read(ProbePoint point) {
    return texts.decode(
        point.text(), point.function(), code(point.text(), point.function()), point.address());
  }

  private void install(List<LiveProbe> probes) {
    for (LiveProbe probe : probes) {
      ProbePoint point = probe.at();
      if (point.probes.isEmpty()) {
        point.id = dispatcher.add(point);
        points.put(point.address(), point);
      }
      point.probes.add(probe);
    }
    try {
      patcher.update(probes.stream().map(LiveProbe::at).distinct().toList());
    } catch (RuntimeException | Error failure) {
      try {
        remove(probes);
      } catch (RuntimeException | Error again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
  }

  void enable(LiveProbe probe, boolean on) {
    if (probe.closed || probe.enabled == on) {
      return;
    }
    probe.enabled = on;
    try {
      patcher.update(List.of(probe.at()));
    } catch (RuntimeException | Error failure) {
      probe.enabled = !on;
      throw failure;
    }
  }

  /** Removes a batch of probes, all or none. Probes that are removed already are skipped. */
  void remove(List<LiveProbe> probes) {
    List<LiveProbe> going = probes.stream().filter(probe -> !probe.closed).distinct().toList();
    if (going.isEmpty()) {
      return;
    }
    var changed = new LinkedHashMap<ProbePoint, List<LiveProbe>>();
    for (LiveProbe probe : going) {
      changed.computeIfAbsent(probe.at(), point -> List.copyOf(point.probes));
      probe.at().probes.remove(probe);
    }
    try {
      updateLive(changed.keySet());
    } catch (RuntimeException | Error failure) {
      changed.forEach(
          (point, before) -> {
            point.probes.clear();
            point.probes.addAll(before);
          });
      throw failure;
    }
    changed.keySet().stream().filter(point -> !point.isLive()).forEach(patcher::abandon);
    forget(going, changed.keySet().stream().filter(point -> point.probes.isEmpty()).toList());
  }

  private void forget(List<LiveProbe> probes, List<ProbePoint> empty) {
    for (LiveProbe probe : probes) {
      probe.closed = true;
      probe.enabled = false;
      borrower.release(probe.loan);
    }
    empty.forEach(point -> points.remove(point.address()));
    ends.add(
        () -> {
          empty.forEach(point -> dispatcher.remove(point.id));
          probes.forEach(LiveProbe::endCounting);
        });
    endAfterGracePeriod();
  }

  /** Has what removed probes used end when no thread can use it. What fails is tried again. */
  void endAfterGracePeriod() {
    for (Runnable end = ends.peek(); end != null; end = ends.peek()) {
      allocator.afterGracePeriod(end);
      ends.remove();
    }
  }

  private void updateLive(Collection<ProbePoint> changed) {
    patcher.update(changed.stream().distinct().filter(ProbePoint::isLive).toList());
  }

  /** Removes the probes of a text, and the text. A probe that cannot be removed is logged. */
  void removeText(ProbedText text) {
    if (texts.has(text)) {
      removeEach(point -> point.text().equals(text));
      texts.remove(text);
    }
  }

  /** Removes probes in one batch; if that fails, one by one, so that one does not keep others. */
  void removeEach(Predicate<ProbePoint> which) {
    List<LiveProbe> going = probes(which);
    try {
      remove(going);
    } catch (RuntimeException | Error failure) {
      LOG.log(
          Level.WARNING, "not all of %d probes can be removed".formatted(going.size()), failure);
      going.forEach(this::removeAlone);
    }
  }

  private void removeAlone(LiveProbe probe) {
    try {
      remove(List.of(probe));
    } catch (RuntimeException | Error failure) {
      LOG.log(Level.WARNING, "the probe stays in the text: " + probe, failure);
    }
  }

  /**
   * Takes over call sites that were borrowed for probes that exist, and removes jumps over others.
   *
   * @param probes the probes
   * @param loans the borrowed call site of each probe, or null
   */
  void lend(List<LiveProbe> probes, List<@Nullable Loan> loans) {
    for (int i = 0; i < loans.size(); i++) {
      lend(probes.get(i), loans.get(i));
    }
    updateLive(probes.stream().filter(p -> !p.closed).map(LiveProbe::at).toList());
  }

  private void lend(LiveProbe probe, @Nullable Loan loan) {
    if (loan == null) {
      return;
    }
    borrower.release(probe.closed ? loan : probe.loan);
    if (probe.closed) {
      return;
    }
    probe.loan = loan;
    if (!probe.at().isBorrowed()) {
      probe.at().borrow(loan.idle(), probe.at().original(loan.idle().length));
    }
  }

  /** Changes what borrowed call sites of a text do. */
  void changeSites(JitMemory text, List<Patch> patches) {
    patcher.changeSites(
        patches.stream()
            .map(patch -> new SiteChange(text, patch, points.get(patch.address())))
            .toList());
  }

  /** {@return the bytes of a live text, without breakpoints and jumps} */
  byte[] read(JitMemory text) {
    byte[] code = text.read(0, Math.toIntExact(text.bytes()));
    for (ProbePoint point : points.subMap(text.address(), text.address() + text.bytes()).values()) {
      if (point.state() != ProbePoint.State.UNARMED) {
        byte[] original = patcher.replaced(point);
        System.arraycopy(original, 0, code, (int) point.offset(), original.length);
      }
    }
    return code;
  }
}
