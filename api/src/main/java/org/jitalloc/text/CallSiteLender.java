package org.jitalloc.text;

import java.util.List;
import java.util.Optional;
import org.jitalloc.arch.trace.Patch;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The owner of the call sites of a target: a tracer, as a service with the property {@code
 * jit.target}. Probes borrow a call site before they write a breakpoint or a jump there, so that
 * neither side finds bytes of the other. While a site is borrowed, the borrower makes the changes
 * that the lender asks for. For any thread.
 *
 * <p>Locks: the lender calls a {@link Borrower} with the lender's own lock held. A borrower must
 * not hold a lock that {@link Borrower#change} takes while it calls {@link #borrow} or {@link
 * Loan#close}.
 */
@ProviderType
public interface CallSiteLender {

  /** The user of borrowed call sites of one text. */
  @ConsumerType
  interface Borrower {
    /**
     * Changes what borrowed sites do, all or none: in the text where no probe is armed, else where
     * the borrower executes the instruction. May be called from {@link #borrow} on until {@link
     * Loan#close} has returned.
     *
     * @param patches the changes that the lender would make, each of a borrowed site. A site that
     *     leads to a trampoline may change without a call
     * @throws org.jitalloc.JitAllocException if a site cannot change; nothing has changed then
     */
    void change(List<Patch> patches);
  }

  /** A borrowed call site. */
  interface Loan extends AutoCloseable {
    /**
     * {@return the instruction of the site before it was traced first, which has no effect; not to
     * be modified. The instruction of the site while nothing is traced may be another one without
     * effect}
     */
    byte[] idle();

    /**
     * Returns the site to the lender. The text contains what the site does now. Closing again does
     * nothing.
     */
    @Override
    void close();
  }

  /**
   * Tests whether an instruction of a call site begins in a range of text. Takes no lock.
   *
   * @param address the start of the range
   * @param bytes its length in bytes
   * @return whether there is one
   */
  boolean hasSite(long address, int bytes);

  /**
   * Borrows a call site. One borrower may borrow a site several times.
   *
   * @param address the address of the instruction of the site that changes
   * @param borrower makes the changes meanwhile; equal to the one that borrowed the site before
   * @return the loan; empty if there is no call site at the address
   * @throws org.jitalloc.JitAllocException WRONG_STATE if another borrower has the site
   */
  Optional<Loan> borrow(long address, Borrower borrower);
}
