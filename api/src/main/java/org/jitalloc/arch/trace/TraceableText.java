package org.jitalloc.arch.trace;

import java.util.Optional;
import org.jitalloc.JitMemory;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Text whose functions can be traced, as whoever loaded it hands it in: a service of the whiteboard
 * kind, with the property {@code jit.target} of its memory. Who loads needs no tracer, and a tracer
 * needs no loader: text that was loaded before a tracer came is found when it comes.
 *
 * <p>Best handed in while the memory is being formed: what compilers leave at a call site may be
 * more than one instruction and cannot be changed once a thread may be inside. Taken back before
 * the memory is closed.
 */
@ConsumerType
public interface TraceableText {

  /** {@return the module that it belongs to; empty if it belongs to none} */
  String owner();

  /** {@return the text; the handle is the right to change it} */
  JitMemory memory();

  /**
   * {@return addresses of call sites as the relocated section of the object file has them ({@code
   * __mcount_loc}, {@code __patchable_function_entries}): 8 bytes each in the byte order of the
   * target, in any order; zeros are passed over}
   */
  byte[] callSites();

  /**
   * Names the function that a call site belongs to.
   *
   * @param address one of the addresses above
   * @return its name; empty if it is not known
   */
  Optional<String> function(long address);
}
