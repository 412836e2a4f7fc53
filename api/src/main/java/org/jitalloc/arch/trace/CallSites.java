package org.jitalloc.arch.trace;

import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The encodings of call sites of an architecture: the code that compilers emit at the start of
 * functions ({@code -pg -mfentry}, {@code -fpatchable-function-entry}), the idle site, and the call
 * of a tracer. A service with the property {@code jit.arch}. Pure functions, for any thread.
 *
 * <p>The states of a site: it is found at an address that a section of an object file lists ({@code
 * __mcount_loc}, {@code __patchable_function_entries}), prepared once, and then enabled, redirected
 * and disabled any number of times. Each of these changes the same single instruction. If the
 * architecture has {@link #trampolines}, sites branch to trampolines if those can be placed. The
 * class that implements this documents where a tracer finds its return address and that of the
 * caller.
 */
@ConsumerType
public interface CallSites {

  /** {@return the name of the architecture} */
  String arch();

  /** {@return the length of a site in bytes; the tracer returns to the address after it} */
  int bytes();

  /** {@return the number of bytes from a recorded address on that {@link #find} needs} */
  int lookBytes();

  /** {@return the largest distance between a site and a tracer, in either direction, in bytes} */
  long reachBytes();

  /**
   * Finds a site.
   *
   * @param recorded the address in the section of the object file
   * @param code the {@link #lookBytes()} bytes there, or fewer at the end of the text
   * @return the address of the site; empty if there is none
   */
  OptionalLong find(long recorded, byte[] code);

  /**
   * Returns the change that makes a site idle. It is made before a thread can execute the function,
   * because the code of the compiler may be more than one instruction.
   *
   * @param site the address of the site
   * @param compiled its bytes as the compiler emitted them
   * @return the change; empty if the site is idle already
   * @throws org.jitalloc.JitAllocException TEXT_MISMATCH if the bytes are not those of a site
   */
  Optional<Patch> prepare(long site, byte[] compiled);

  /**
   * Returns the change that makes an idle site call a tracer.
   *
   * @param site the address of the idle site
   * @param tracer the address of the tracer
   * @return the change
   * @throws org.jitalloc.JitAllocException UNREACHABLE if the tracer is out of reach
   */
  Patch enable(long site, long tracer);

  /**
   * Returns the change that makes a site call another tracer.
   *
   * @param site the address of the enabled site
   * @param from the address of the present tracer
   * @param to the address of the new tracer
   * @return the change
   * @throws org.jitalloc.JitAllocException UNREACHABLE if the new tracer is out of reach
   */
  Patch redirect(long site, long from, long to);

  /**
   * Returns the change that makes an enabled site idle.
   *
   * @param site the address of the enabled site
   * @param tracer the address of the present tracer
   * @return the change
   */
  Patch disable(long site, long tracer);

  /** {@return the trampolines of sites; empty if the architecture needs none} */
  default Optional<SiteTrampolines> trampolines() {
    return Optional.empty();
  }
}
