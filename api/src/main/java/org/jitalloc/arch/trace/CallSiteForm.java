package org.jitalloc.arch.trace;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One form of call sites: what compilers leave, what stands there while nothing is traced, and what
 * calls a tracer. Pure functions, for any thread.
 *
 * <p>The life of a site: it is found where a section of an object file ({@code __mcount_loc},
 * {@code __patchable_function_entries}) says that it is, prepared once, and enabled, redirected and
 * disabled any number of times. What the tracer finds where (the address that it returns to, that
 * of the caller) is part of the form, and said by the class that implements it.
 */
@ConsumerType
public interface CallSiteForm {

  /** {@return its name, one word} */
  String name();

  /** {@return the length of a site; the tracer returns to the address behind it} */
  int bytes();

  /** {@return what the address of a site is a multiple of} */
  int alignBytes();

  /** {@return how many bytes from a recorded address on are to be looked at to find the site} */
  int lookBytes();

  /** {@return the length of the trampoline that each site has, or 0} */
  int trampolineBytes();

  /**
   * {@return how far what a site calls may be away from it, whichever direction, in bytes: the
   * tracer, or the trampoline if there is one}
   */
  long reachBytes();

  /**
   * Finds the site that a compiler has left.
   *
   * @param recorded the address that the object file has
   * @param code the {@link #lookBytes()} bytes there, or fewer at the end of the text
   * @return the address of the site; empty if there is none of this form
   */
  OptionalLong find(long recorded, byte[] code);

  /**
   * Makes a site as it is while nothing is traced. Before a thread can be in the function: what
   * compilers leave may be more than one instruction.
   *
   * @param site the site
   * @param compiled its bytes as they are
   * @return the changes, in ascending order of address; empty if it is so already
   * @throws org.jitalloc.JitAllocException TEXT_MISMATCH if that is none that {@link #find} finds;
   *     UNREACHABLE if its trampoline is too far away
   */
  List<Patch> prepare(CallSite site, byte[] compiled);

  /**
   * Makes a site call a tracer.
   *
   * @param site a site that calls none
   * @param tracer the address to be called
   * @return the changes, in the order in which they have to be made
   * @throws org.jitalloc.JitAllocException UNREACHABLE if it is too far away
   */
  List<Patch> enable(CallSite site, long tracer);

  /**
   * Makes a site call another tracer.
   *
   * @param site a site that calls one
   * @param from the address that it calls
   * @param to the address to be called instead
   * @return the changes, in the order in which they have to be made
   * @throws org.jitalloc.JitAllocException UNREACHABLE if it is too far away
   */
  List<Patch> redirect(CallSite site, long from, long to);

  /**
   * Makes a site as it was before it was enabled.
   *
   * @param site a site that calls a tracer
   * @param tracer the address that it calls
   * @return the changes, in the order in which they have to be made
   */
  List<Patch> disable(CallSite site, long tracer);

  /**
   * Emits the trampoline of a site that is not enabled.
   *
   * @param site the site
   * @param shared the address of the code that all trampolines of this form share, which loads what
   *     it needs from the trampoline that it was called from
   * @return its bytes; empty if this form has none
   * @throws org.jitalloc.JitAllocException UNREACHABLE if the shared code is too far away
   */
  default Optional<byte[]> trampoline(CallSite site, long shared) {
    return Optional.empty();
  }
}
