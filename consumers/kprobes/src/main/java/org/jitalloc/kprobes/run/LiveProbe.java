package org.jitalloc.kprobes.run;

import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ProbeHandler;
import org.jitalloc.kprobes.ProbeRequest;
import org.jitalloc.kprobes.Registers;
import org.jitalloc.kprobes.ReturnProbeRequest;
import org.jitalloc.text.CallSiteLender.Loan;
import org.jspecify.annotations.Nullable;

/** A probe and its statistics. Its state is guarded by the lock of {@link LocalKprobes}. */
final class LiveProbe implements Probe {
  private static final System.Logger LOG = System.getLogger("org.jitalloc.kprobes");

  /** Changes probes, under the lock of the probes of their target. */
  interface Control {
    void enable(LiveProbe probe, boolean on);

    void remove(LiveProbe probe);

    Optional<String> whyNotOptimized(LiveProbe probe);
  }

  private final Control control;
  private final ProbePoint at;
  final @Nullable ProbeHandler before;
  final @Nullable ProbeHandler after;

  /** Called at the return; null if this is not a return probe. */
  final @Nullable ProbeHandler returns;

  final boolean mayJump;
  final LongAdder hits = new LongAdder();
  final LongAdder missed = new LongAdder();
  private final AtomicLong failures = new AtomicLong();

  /** The number that detours increment; null if the probe has a handler. */
  final @Nullable Counter counter;

  /** The call site that is borrowed for this probe. */
  @Nullable Loan loan;

  /** How many more calls of the function can be tracked at the same time. */
  final AtomicInteger room;

  volatile boolean enabled;
  volatile boolean closed;

  LiveProbe(
      Control control,
      ProbePoint at,
      ProbeRequest request,
      @Nullable Counter counter,
      @Nullable Loan loan) {
    this.control = control;
    this.at = at;
    before = request.before();
    after = request.after();
    returns = null;
    mayJump = request.optimized();
    this.counter = counter;
    this.loan = loan;
    room = new AtomicInteger();
    enabled = request.enabled();
  }

  LiveProbe(Control control, ProbePoint at, ReturnProbeRequest request, @Nullable Loan loan) {
    this.control = control;
    this.at = at;
    before = request.entered();
    after = null;
    returns = request.returns();
    mayJump = true;
    counter = null;
    this.loan = loan;
    room = new AtomicInteger(request.maxActive());
    enabled = request.enabled();
  }

  boolean isOf(Control other) {
    return control.equals(other);
  }

  /** Called when no detour increments the counter any more. */
  void endCounting() {
    if (counter == null) {
      return;
    }
    try {
      counter.end();
    } catch (RuntimeException | Error failure) {
      LOG.log(Level.WARNING, "the counter of the probe at " + place() + " stays", failure);
    }
  }

  ProbePoint at() {
    return at;
  }

  /** Calls a handler. A failure is counted, and the first one is logged. */
  void call(ProbeHandler handler, Registers registers) {
    try {
      handler.hit(registers);
    } catch (Throwable failure) {
      if (failures.incrementAndGet() == 1) {
        LOG.log(Level.ERROR, "the handler of the probe at " + place() + " failed", failure);
      }
    }
  }

  @Override
  public String place() {
    return at.name();
  }

  @Override
  public long address() {
    return at.address();
  }

  @Override
  public boolean isReturnProbe() {
    return returns != null;
  }

  @Override
  public boolean isEnabled() {
    return enabled;
  }

  @Override
  public boolean isGone() {
    return closed;
  }

  @Override
  public boolean isOptimized() {
    return enabled && at.isJump();
  }

  @Override
  public Optional<String> whyNotOptimized() {
    return control.whyNotOptimized(this);
  }

  @Override
  public long hits() {
    return counter == null ? hits.sum() : counter.value();
  }

  @Override
  public long missed() {
    return missed.sum();
  }

  @Override
  public long failures() {
    return failures.get();
  }

  @Override
  public void enable() {
    control.enable(this, true);
  }

  @Override
  public void disable() {
    control.enable(this, false);
  }

  @Override
  public void close() {
    control.remove(this);
  }

  @Override
  public String toString() {
    String kind = isReturnProbe() ? "r" : "k";
    String flags = (enabled ? "" : "[DISABLED]") + (isOptimized() ? "[OPTIMIZED]" : "");
    return "%016x  %s  %s  %s".formatted(address(), kind, place(), flags).stripTrailing();
  }
}
