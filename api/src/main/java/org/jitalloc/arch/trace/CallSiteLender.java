package org.jitalloc.arch.trace;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Who has call sites in hand: a tracer, as a service with the property {@code jit.target}. Whoever
 * wants to put something else there, a breakpoint or a jump, borrows them, so that neither finds
 * bytes of the other. For any thread.
 */
@ProviderType
public interface CallSiteLender {

  /** Call sites that are somebody else's for now. */
  interface Loan extends AutoCloseable {
    /** Gives them back, as they were: they are traced again if somebody wants that. */
    @Override
    void close();
  }

  /**
   * Borrows the call sites that have a byte in a piece of text. They are not traced meanwhile.
   *
   * @param address where the piece begins
   * @param bytes how long it is
   * @return what gives them back; empty if there are none
   * @throws org.jitalloc.JitAllocException WRONG_STATE if one calls a tracer, or is lent already
   */
  Optional<Loan> borrow(long address, int bytes);
}
