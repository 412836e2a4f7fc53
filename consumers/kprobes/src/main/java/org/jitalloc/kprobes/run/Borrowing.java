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
 * The call sites that probes have borrowed. The lender may call back with its lock held, so it is
 * asked, and given back to, by threads that do not hold the lock of {@link LocalKprobes}.
 */
final class Borrowing implements Arming.Sites {
  private final BiConsumer<JitMemory, List<Patch>> changed;
  private final Queue<Loan> back = new ConcurrentLinkedQueue<>();
  private volatile @Nullable CallSiteLender lender;

  /** The sites of one text are borrowed by one. */
  private record OfText(Borrowing all, JitMemory text) implements Borrower {
    @Override
    public void change(List<Patch> patches) {
      all.changed.accept(text, patches);
    }
  }

  /**
   * Makes it, without a lender.
   *
   * @param changed is told what sites of a text are to do; takes the lock
   */
  Borrowing(BiConsumer<JitMemory, List<Patch>> changed) {
    this.changed = changed;
  }

  void lender(@Nullable CallSiteLender next) {
    lender = next;
  }

  @Override
  public boolean begin(long address, int bytes) {
    CallSiteLender known = lender;
    return known != null && bytes > 0 && known.hasSite(address, bytes);
  }

  /** Borrows the call site at an address, if there is one. Without the lock. */
  @Nullable Loan borrow(@Nullable JitMemory text, long address) {
    CallSiteLender known = lender;
    return text == null || known == null
        ? null
        : known.borrow(address, new OfText(this, text)).orElse(null);
  }

  /** Has a loan given back by {@link #giveBack}. */
  void noMore(@Nullable Loan loan) {
    if (loan != null) back.add(loan);
  }

  /** Gives back what is not needed any more. Without the lock. */
  void giveBack() {
    for (Loan loan = back.poll(); loan != null; loan = back.poll()) loan.close();
  }
}
