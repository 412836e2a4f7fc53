package org.jitalloc.arch.trace;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Who has call sites in hand: a tracer, as a service with the property {@code jit.target}. Whoever
 * wants to put something else there, a breakpoint or a jump, borrows them, so that neither finds
 * bytes of the other; and does what the site does in another place. For any thread.
 *
 * <p>Locks: the lender calls a {@link Borrower} with its own lock held. So whoever borrows must
 * hold no lock that {@link Borrower#change} takes while it calls {@link #borrow} or {@link
 * Loan#close}.
 */
@ProviderType
public interface CallSiteLender {

  /** Who has call sites of one text for now. */
  @ConsumerType
  interface Borrower {
    /**
     * Has sites do something else from now on, all or none: in the text where nothing else stands,
     * else wherever it is done. From {@link #borrow} on until {@link Loan#close} has returned.
     *
     * @param patches the changes that the lender would make, each of a site that is borrowed. Who
     *     is called may change without one, where the site leads to a trampoline
     * @throws org.jitalloc.JitAllocException if that cannot be; nothing has changed then
     */
    void change(List<Patch> patches);
  }

  /** A call site that is somebody else's for now. */
  interface Loan extends AutoCloseable {
    /**
     * {@return the instruction of the site before it was traced first, which does nothing; not to
     * be modified. What stands there while nothing is traced may be another that does nothing}
     */
    byte[] idle();

    /** Gives it back. The text has what the site does now. Closing again does nothing. */
    @Override
    void close();
  }

  /**
   * Tells whether instructions that change begin in a piece of text. Takes no lock.
   *
   * @param address where the piece begins
   * @param bytes how long it is
   * @return whether there is one
   */
  boolean hasSite(long address, int bytes);

  /**
   * Borrows a call site. Each may be borrowed several times by one.
   *
   * @param address of the instruction that changes
   * @param borrower who changes it meanwhile; equal to who has borrowed it before
   * @return what gives it back; empty if there is none
   * @throws org.jitalloc.JitAllocException WRONG_STATE if somebody else has it
   */
  Optional<Loan> borrow(long address, Borrower borrower);
}
