package org.jitalloc.text;

import java.util.List;
import org.jitalloc.JitMemory;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Text that can be traced and probed. The loader that wrote it registers it as a whiteboard service
 * with the property {@code jit.target}. Loaders and tracers start in any order: a tracer that
 * starts later uses the text that is registered already.
 *
 * <p>Register the text before its memory is published, if possible: the code that compilers leave
 * at a call site may be more than one instruction, and it cannot be replaced once a thread may be
 * inside. When the memory is live, set the properties of the service again. Unregister the service
 * before the memory is closed.
 */
@ConsumerType
public interface TraceableText {

  /** {@return the name of the module that contains the text; empty if there is none} */
  String owner();

  /** {@return the memory of the text; a patcher changes the text through this handle} */
  JitMemory memory();

  /**
   * {@return addresses of call sites, as in the relocated section of the object file ({@code
   * __mcount_loc}, {@code __patchable_function_entries}): 8 bytes each in the byte order of the
   * target, in any order; zeros are ignored}
   */
  byte[] callSites();

  /**
   * {@return the functions, in any order; one function may have several names. Bytes outside of all
   * functions cannot be probed}
   */
  List<TextFunction> functions();
}
