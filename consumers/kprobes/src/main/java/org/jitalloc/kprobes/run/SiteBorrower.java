package org.jitalloc.kprobes.run;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.text.CallSiteLender;
import org.jitalloc.text.CallSiteLender.Borrower;
import org.jitalloc.text.CallSiteLender.Loan;
import org.jspecify.annotations.Nullable;

/**
 * Borrows the call sites that probes are at. The lender may call back with its own lock held; so
 * {@link #borrow} and {@link #giveBack} are called without the lock of {@link LocalKprobes}. For
 * any thread.
 */
final class SiteBorrower {
  private final BiConsumer<JitMemory, List<Patch>> changed;
  private final Queue<Loan> unused = new ConcurrentLinkedQueue<>();
  private volatile @Nullable CallSiteLender lender;

  /** One borrower for each text. */
  private record OfText(SiteBorrower all, JitMemory text) implements Borrower {
    @Override
    public void change(List<Patch> patches) {
      all.changed.accept(text, patches);
    }
  }

  /**
   * Creates it, without a lender.
   *
   * @param changed changes borrowed sites of a text; takes the lock
   */
  SiteBorrower(BiConsumer<JitMemory, List<Patch>> changed) {
    this.changed = changed;
  }

  void lender(@Nullable CallSiteLender next) {
    lender = next;
  }

  /** {@return whether a call site that a tracer may change begins in a piece of text} */
  boolean hasSite(long address, int bytes) {
    CallSiteLender known = lender;
    return known != null && bytes > 0 && known.hasSite(address, bytes);
  }

  /** Borrows the call site at an address; null if there is none. Call it without the lock. */
  @Nullable Loan borrow(@Nullable JitMemory text, long address) {
    CallSiteLender known = lender;
    return text == null || known == null
        ? null
        : known.borrow(address, new OfText(this, text)).orElse(null);
  }

  /** Queues a loan for {@link #giveBack}. */
  void release(@Nullable Loan loan) {
    if (loan != null) {
      unused.add(loan);
    }
  }

  /** Closes the loans that were released. Call it without the lock. */
  void giveBack() {
    for (Loan loan = unused.poll(); loan != null; loan = unused.poll()) {
      loan.close();
    }
  }
}
