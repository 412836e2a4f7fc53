package org.jitalloc.kprobes;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.Purpose;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.test.support.FailingCalls;
import org.jitalloc.test.support.StepError;
import org.jitalloc.text.CallSiteLender;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.Test;

/** Whichever call of the allocator or of a lender throws an Error, nothing is left or stuck. */
final class ErrorStepsTest {
  private static final int MOST_STEPS = 2000;

  private final JitAllocator host = JitAlloc.host();
  private final FailingCalls calls = new FailingCalls();
  private final TracedSums text = new TracedSums(host, 4);
  private final byte[] code = text.memory().read(0, (int) text.memory().bytes());

  private long allocations() {
    return host.allocations().stream().filter(a -> a.purpose() == Purpose.KPROBES).count();
  }

  private long call(int function) {
    MethodHandle handle =
        text.memory()
            .function(
                text.offset(function), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    try {
      return (long) handle.invokeExact(40L, (long) function);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  private void requireSums(String when) {
    for (int i = 0; i < 4; i++) {
      assertEquals(40 + i, call(i), when);
    }
  }

  /** Begins and ends all that probes begin and end. */
  private void scenario(LocalKprobes probes, KnownText known) {
    Probe counting =
        probes
            .register(
                List.of(
                    new ProbeAt(text.site(0), ProbeRequest.counting()),
                    new ProbeAt(text.site(1), ProbeRequest.before(_ -> {}))))
            .getFirst();
    Probe breakpoint = probes.register(text.site(2), ProbeRequest.before(_ -> {}).byBreakpoint());
    Probe returns =
        probes.registerReturn(
            text.memory().address() + text.offset(3), ReturnProbeRequest.of(_ -> {}));
    requireSums("with probes");
    breakpoint.disable();
    counting.disable();
    breakpoint.enable();
    counting.enable();
    returns.close();
    probes.unregister(List.of(counting, breakpoint));
    known.close();
    probes.close();
  }

  @Test
  void anErrorAtEachStep_leavesNothing() {
    assertTimeoutPreemptively(Duration.ofSeconds(120), this::eachStep);
    text.memory().close();
  }

  private void eachStep() {
    boolean failed = true;
    int step = 0;
    for (; failed && step < MOST_STEPS; step++) {
      failed = failAt(step);
    }
    assertTrue(step > 50 && step < MOST_STEPS, "steps: " + step);
  }

  private boolean failAt(int step) {
    var loans = new ArrayList<CallSiteLender.Loan>();
    LocalKprobes probes = KprobesFactory.of(calls.proxy(JitAllocator.class, host));
    KnownText known = probes.add(text);
    probes.lender(calls.proxy(CallSiteLender.class, new Lender(text, loans)));
    String when = "step " + step;
    calls.failAt(step);
    try {
      scenario(probes, known);
    } catch (StepError expected) {
      when += " " + expected.getMessage();
    }
    boolean failed = calls.stop();
    requireSums(when);
    probes.probes().forEach(Probe::close);
    assertEquals(List.of(), probes.probes(), when);
    assertArrayEquals(code, text.memory().read(0, code.length), when);
    assertEquals(List.of(), loans, when);
    known.close();
    if (failed && !isClosed(probes)) {
      KnownText again = probes.add(text);
      Probe probe = probes.register(text.site(0), ProbeRequest.before(_ -> {}));
      requireSums(when);
      assertEquals(1, probe.hits(), when);
      again.close();
    }
    probes.close();
    assertEquals(0, allocations(), when);
    return failed;
  }

  private static boolean isClosed(LocalKprobes probes) {
    try {
      probes.register(List.of());
      return false;
    } catch (RuntimeException closed) {
      return true;
    }
  }

  /** Lends the call sites of functions 0 and 2. */
  private record Lender(TracedSums text, List<Loan> loans) implements CallSiteLender {
    @Override
    public boolean hasSite(long address, int bytes) {
      return address == text.site(0) || address == text.site(2);
    }

    @Override
    public Optional<Loan> borrow(long address, Borrower borrower) {
      if (!hasSite(address, text.siteBytes())) {
        return Optional.empty();
      }
      var loan =
          new Loan() {
            @Override
            public byte[] idle() {
              return text.memory().read(address - text.memory().address(), text.siteBytes());
            }

            @Override
            public void close() {
              loans.remove(this);
            }
          };
      loans.add(loan);
      return Optional.of(loan);
    }
  }
}
