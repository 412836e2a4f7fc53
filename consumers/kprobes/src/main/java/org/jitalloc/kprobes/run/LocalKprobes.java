package org.jitalloc.kprobes.run;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
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

  /*
   * One lock guards the registry, which knows the probes, and the patcher, which knows what is
   * written in the text. The thread that releases the lock does what became possible meanwhile:
   * it writes the jumps whose grace period has ended, and returns call sites.
   */
  private final ReentrantLock lock = new ReentrantLock();
  private final JitAllocator allocator;
  private final Detours detours;
  private final SiteBorrower borrower;
  private final ArmedRanges ranges = new ArmedRanges(lock::isHeldByCurrentThread);
  private final ProbePatcher patcher;
  private final KnownTexts texts;
  private final LiveProbe.Control control = new Control();
  private final ProbeRegistry registry;
  private final ProbeEvents events;
  private volatile boolean closed;

  private final class Control implements LiveProbe.Control {
    @Override
    public void enable(LiveProbe probe, boolean on) {
      locked(() -> registry.enable(probe, on));
    }

    @Override
    public void remove(LiveProbe probe) {
      locked(() -> registry.remove(List.of(probe)));
    }

    @Override
    public Optional<String> whyNotOptimized(LiveProbe probe) {
      return locked(() -> patcher.whyNoJump(probe.at()));
    }
  }

  /**
   * Creates the probes of a target.
   *
   * @param allocator the allocator of the target
   * @param codec the codec of its architecture
   */
  public LocalKprobes(JitAllocator allocator, ProbeCodec codec) {
    this.allocator = allocator;
    var dispatcher = new Dispatcher(codec.registers());
    detours = new Detours(allocator, codec, dispatcher);
    borrower = new SiteBorrower(this::changeSites);
    patcher =
        new ProbePatcher(allocator, detours, borrower, this::read, ranges, this::optimizeIfIdle);
    texts = new KnownTexts(allocator, codec);
    registry = new ProbeRegistry(allocator, texts, dispatcher, patcher, borrower, control);
    events = new LocalEvents(this, codec.registers());
    allocator.poker().addGuard(ranges);
  }

  private void locked(Runnable action) {
    locked(
        () -> {
          action.run();
          return true;
        });
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      unlock();
    }
  }

  private void unlock() {
    try {
      if (lock.getHoldCount() == 1) {
        patcher.optimize();
      }
    } finally {
      lock.unlock();
    }
    optimizeIfIdle();
    if (!lock.isHeldByCurrentThread()) {
      borrower.giveBack();
    }
  }

  /** Called by any thread; does not wait: a thread that has the lock optimises when it unlocks. */
  private void optimizeIfIdle() {
    while (patcher.isReady() && !lock.isHeldByCurrentThread() && lock.tryLock()) {
      try {
        patcher.optimize();
      } finally {
        lock.unlock();
      }
    }
  }

  private FunctionText read(ProbePoint point) {
    return registry.read(point);
  }

  @Override
  public Target target() {
    return allocator.target();
  }

  @Override
  public KnownText add(TraceableText added) {
    ProbedText text = ProbedText.of(added);
    locked(() -> texts.add(text));
    return () -> locked(() -> registry.removeText(text));
  }

  @Override
  public void textsPublished() {}

  /**
   * Sets the lender of the call sites of the target. From now on probes borrow the call sites that
   * they are at: both the probe is hit and the function is traced. Call it with no lock held that
   * callers of the lender may wait for.
   *
   * @param next the lender, or null if there is none; sites that are borrowed stay borrowed
   */
  public void lender(@Nullable CallSiteLender next) {
    borrower.lender(next);
    if (next != null) {
      borrowFor(_ -> true);
    }
  }

  @Override
  public void sitesAreKnown(JitMemory text) {
    borrowFor(point -> point.memory().equals(text));
  }

  /** Borrows the call sites that probes are at already. */
  private void borrowFor(Predicate<ProbePoint> which) {
    List<LiveProbe> probes = locked(() -> registry.probes(which));
    List<@Nullable Loan> loans = new ArrayList<>();
    for (LiveProbe probe : probes) {
      try {
        loans.add(borrower.borrow(probe.at().memory(), probe.address()));
      } catch (RuntimeException | Error failure) {
        LOG.log(Level.WARNING, "a probe and a tracer share an instruction: " + probe, failure);
        loans.add(null);
      }
    }
    locked(() -> registry.lend(probes, loans));
  }

  private void changeSites(JitMemory text, List<Patch> patches) {
    locked(() -> registry.changeSites(text, patches));
  }

  @Override
  public byte[] read(JitMemory text) {
    return locked(() -> registry.read(text));
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
    return locked(
        () -> {
          requireOpen(loans);
          return List.copyOf(registry.register(requests, loans));
        });
  }

  @Override
  public Probe registerReturn(long address, ReturnProbeRequest request) {
    List<@Nullable Loan> loans = borrow(List.of(address));
    return locked(
        () -> {
          requireOpen(loans);
          return registry.register(address, request, loans.getFirst());
        });
  }

  /** Borrows the call sites among addresses. Called without the lock. */
  private List<@Nullable Loan> borrow(List<Long> addresses) {
    requireOpen(List.of());
    List<@Nullable JitMemory> memories = new ArrayList<>();
    locked(() -> addresses.forEach(address -> memories.add(texts.memoryAt(address))));
    List<@Nullable Loan> loans = new ArrayList<>();
    try {
      for (int i = 0; i < addresses.size(); i++) {
        loans.add(borrower.borrow(memories.get(i), addresses.get(i)));
      }
      return loans;
    } catch (RuntimeException | Error failure) {
      loans.forEach(borrower::release);
      borrower.giveBack();
      if (failure instanceof JitAllocException lent) {
        throw new ProbeRefusedException(Reason.TRACER, "cannot be probed: " + lent.getMessage());
      }
      throw failure;
    }
  }

  private void requireOpen(List<@Nullable Loan> loans) {
    if (closed) {
      loans.forEach(borrower::release);
      throw new JitAllocException(
          JitAllocException.Reason.WRONG_STATE,
          "the probes of %s were closed".formatted(target().name()));
    }
  }

  @Override
  public void unregister(Collection<Probe> gone) {
    List<LiveProbe> ours = gone.stream().map(this::own).toList();
    locked(() -> registry.remove(ours));
  }

  private LiveProbe own(Probe probe) {
    if (probe instanceof LiveProbe own && own.isOf(control)) {
      return own;
    }
    throw new JitAllocException(
        JitAllocException.Reason.INVALID_REQUEST,
        "a probe of another target than %s: %s".formatted(target().name(), probe));
  }

  @Override
  public ProbeEvents events() {
    return events;
  }

  @Override
  public List<Probe> probes() {
    return locked(() -> List.<Probe>copyOf(registry.probes(_ -> true)));
  }

  @Override
  public void close() {
    locked(
        () -> {
          closed = true;
          registry.removeEach(_ -> true);
          registry.endAfterGracePeriod();
          // A probe that stays uses its detour, which uses the code that all detours share.
          if (registry.isEmpty()) {
            allocator.poker().removeGuard(ranges);
            detours.close();
          }
        });
  }
}
