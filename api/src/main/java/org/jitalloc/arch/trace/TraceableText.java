package org.jitalloc.arch.trace;

import java.util.List;
import org.jitalloc.JitMemory;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Text that can be traced and probed, as whoever loaded it hands it in: a service of the whiteboard
 * kind, with the property {@code jit.target} of its memory. Who loads needs no tracer, and a tracer
 * needs no loader: text that was loaded before a tracer came is found when it comes.
 *
 * <p>Best handed in while the memory is being formed: what compilers leave at a call site may be
 * more than one instruction and cannot be changed once a thread may be inside. Its service's
 * properties are set anew when it is live, and it is taken back before the memory is closed.
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
   * {@return its functions, in any order; one may have several names. What lies in none cannot be
   * probed}
   */
  List<TextFunction> functions();
}
