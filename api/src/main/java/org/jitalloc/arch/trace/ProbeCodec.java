package org.jitalloc.arch.trace;

import java.util.List;
import java.util.Set;
import org.jitalloc.NativeThread;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The encodings of probes of an architecture. A service with the property {@code jit.arch}. Pure
 * functions, for any thread.
 *
 * <p>A thread that reaches a probed instruction continues, by a breakpoint or a jump, in the
 * <em>detour</em> of the probe. The detour calls the <em>entry</em>, which all detours of a target
 * share: the entry saves the registers, calls a handler, and restores the registers. Then the
 * detour executes a copy of the instruction out of line, and jumps back.
 *
 * <p>The handler is a function in the C calling convention of the machine. Its arguments are 64-bit
 * integers: the id of the detour (negated for the call after the instruction, 0 for a call from the
 * return trampoline), the word at the top of the stack (at the start of a function of an
 * architecture that keeps it there, the return address), then {@link #registers()}. It returns 0,
 * or the address of 64-bit integers in the order of its arguments without the first, which are the
 * new values of the registers. The top of the stack is replaced only if its new value is not 0, the
 * stack pointer never.
 */
@ConsumerType
public interface ProbeCodec {

  /** {@return the name of the architecture} */
  String arch();

  /**
   * {@return the names of registers in the order of the arguments of a handler: the stack pointer,
   * "flags", then the others}
   */
  List<String> registers();

  /**
   * {@return the largest distance between a detour and its instruction, and between a detour and
   * the entry, in either direction, in bytes}
   */
  long reachBytes();

  /**
   * Decodes a function.
   *
   * @param code all of its bytes, without probes
   * @return its instructions; each of them is refused if the function cannot be decoded
   */
  ProbeText read(byte[] code);

  /**
   * Emits the entry. It preserves errno of the thread, which the handler may overwrite.
   *
   * @param handler the address of the handler
   * @param thread what the C library has for each thread
   * @param cpuFeatures the features of the processor, see {@link org.jitalloc.Target}
   * @return its code, position-independent
   */
  byte[] entry(long handler, NativeThread thread, Set<String> cpuFeatures);

  /**
   * The description of a detour.
   *
   * @param id its id, positive
   * @param address the address of the instructions
   * @param code their bytes; not to be modified
   * @param counters the addresses of aligned 64-bit integers in the byte order of the target, each
   *     of which the detour first increments atomically
   * @param before whether the handler is called before the instructions
   * @param after whether the handler is called after them; then there is one instruction, and it is
   *     straight
   */
  record Detour(
      int id, long address, byte[] code, List<Long> counters, boolean before, boolean after) {
    /** Copies the list. */
    public Detour {
      counters = List.copyOf(counters);
    }
  }

  /**
   * Emits a detour. Its length does not depend on its address.
   *
   * @param detour the description
   * @param at the address of the detour
   * @param entry the address of the entry; ignored if no handler is called
   * @param cpuFeatures the features of the processor, see {@link org.jitalloc.Target}
   * @return its code
   * @throws org.jitalloc.JitAllocException UNREACHABLE if an address that the instructions refer to
   *     is out of reach of the detour; INVALID_REQUEST if they cannot be executed out of line
   */
  byte[] detour(Detour detour, long at, long entry, Set<String> cpuFeatures);

  /**
   * Emits the return trampoline, which replaces the return addresses of probed functions. The
   * handler returns the original return address as the top of the stack.
   *
   * @param at the address of the trampoline
   * @param entry the address of the entry
   * @return its code
   */
  byte[] returnPlace(long at, long entry);
}
