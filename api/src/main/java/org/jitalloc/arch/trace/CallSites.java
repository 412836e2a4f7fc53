package org.jitalloc.arch.trace;

import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The call sites of an architecture: what compilers leave at the start of functions, what stands
 * there while nothing is traced, and what calls a tracer. A service with the property {@code
 * jit.arch}. Pure functions, for any thread.
 *
 * <p>The life of a site: it is found where a section of an object file ({@code __mcount_loc},
 * {@code __patchable_function_entries}) says that it is, prepared once, and enabled, redirected and
 * disabled any number of times: each time one instruction changes, which is the same one always.
 * Where the architecture has {@link #trampolines}, sites lead to those instead if there is room for
 * them. What the tracer finds where (the address that it returns to, that of the caller) is said by
 * the class that implements this.
 */
@ConsumerType
public interface CallSites {

  /** {@return the name of the architecture} */
  String arch();

  /** {@return the length of a site; the tracer returns to the address behind it} */
  int bytes();

  /** {@return how many bytes from a recorded address on are to be looked at to find the site} */
  int lookBytes();

  /** {@return how far a tracer may be away from a site, whichever direction, in bytes} */
  long reachBytes();

  /**
   * Finds the site that a compiler has left.
   *
   * @param recorded the address that the object file has
   * @param code the {@link #lookBytes()} bytes there, or fewer at the end of the text
   * @return the address of the site; empty if there is none
   */
  OptionalLong find(long recorded, byte[] code);

  /**
   * Makes a site as it is while nothing is traced. Before a thread can be in the function: what
   * compilers leave may be more than one instruction.
   *
   * @param site the address of the site
   * @param compiled its bytes as they are
   * @return the change; empty if it is so already
   * @throws org.jitalloc.JitAllocException TEXT_MISMATCH if that is none that {@link #find} finds
   */
  Optional<Patch> prepare(long site, byte[] compiled);

  /**
   * Makes a site call a tracer.
   *
   * @param site the address of a site that calls none
   * @param tracer the address to be called
   * @return the change
   * @throws org.jitalloc.JitAllocException UNREACHABLE if it is too far away
   */
  Patch enable(long site, long tracer);

  /**
   * Makes a site call another tracer.
   *
   * @param site the address of a site that calls one
   * @param from the address that it calls
   * @param to the address to be called instead
   * @return the change
   * @throws org.jitalloc.JitAllocException UNREACHABLE if it is too far away
   */
  Patch redirect(long site, long from, long to);

  /**
   * Makes a site as it was before it was enabled.
   *
   * @param site the address of a site that calls a tracer
   * @param tracer the address that it calls
   * @return the change
   */
  Patch disable(long site, long tracer);

  /** {@return how sites get to tracers by trampolines of their own; empty if they always call} */
  default Optional<SiteTrampolines> trampolines() {
    return Optional.empty();
  }
}
