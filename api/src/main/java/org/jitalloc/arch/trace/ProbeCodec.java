package org.jitalloc.arch.trace;

import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * How an architecture probes instructions. A service with the property {@code jit.arch}. Pure
 * functions, for any thread.
 *
 * <p>Whoever comes to a probed instruction, over a breakpoint or a jump, goes on in the
 * <em>detour</em> of that probe. It calls the <em>entry</em>, which all detours of a target share:
 * that saves the registers, calls a handler, and restores them. Then the detour does what the
 * instruction does, at its own place, and goes back.
 *
 * <p>The handler is a function in the C calling convention of the machine. Its arguments are
 * numbers of 64 bits: what was called (the identity of the detour, negative in the call behind the
 * instruction, 0 from the place of return), the word at the top of the stack (at the start of a
 * function of an architecture that has it there, the return address), then {@link #registers()}.
 * What it returns is 0, or the address of numbers of 64 bits in the same order as its arguments,
 * the first left out, which the registers get; the top of the stack only if that is not 0, the
 * stack pointer not at all.
 */
@ConsumerType
public interface ProbeCodec {

  /** {@return the name of the architecture} */
  String arch();

  /**
   * {@return names of registers, in the order in which a handler gets them: the stack pointer,
   * "flags", then others}
   */
  List<String> registers();

  /**
   * {@return how far a detour may be from what it stands in for, and from the entry, whichever
   * direction, in bytes}
   */
  long reachBytes();

  /**
   * Reads a function.
   *
   * @param code all of its bytes as they are without probes
   * @return its instructions; refusals, if it cannot be read
   */
  ProbeText read(byte[] code);

  /**
   * Emits the entry. Position-independent.
   *
   * @param handler the address of the function that it calls
   * @param cpuFeatures what the processor has, as {@link org.jitalloc.Target} says
   * @return its bytes
   */
  byte[] entry(long handler, Set<String> cpuFeatures);

  /**
   * What a detour is to do.
   *
   * @param id its identity, positive
   * @param address the address of the instructions
   * @param code their bytes; not to be modified
   * @param counters addresses of numbers of 64 bits, aligned and in the byte order of the target,
   *     that one is added to before all else: atomically, since many threads may be there at once
   * @param before whether the handler is called before the instructions
   * @param after whether it is called behind them: one straight instruction then
   */
  record Detour(
      int id, long address, byte[] code, List<Long> counters, boolean before, boolean after) {
    /** Makes it; the list is copied. */
    public Detour {
      counters = List.copyOf(counters);
    }
  }

  /**
   * Emits a detour. Its length does not depend on where it is.
   *
   * @param detour what it is to do
   * @param at the address where it is going to be
   * @param entry the address of the entry; not looked at if no handler is called
   * @param cpuFeatures what the processor has, as {@link org.jitalloc.Target} says
   * @return its bytes
   * @throws org.jitalloc.JitAllocException UNREACHABLE if what the instructions reach cannot be
   *     reached from there; INVALID_REQUEST if they cannot be moved
   */
  byte[] detour(Detour detour, long at, long entry, Set<String> cpuFeatures);

  /**
   * Emits the place where functions return to whose return address was replaced. The handler has to
   * give the true one as the top of the stack.
   *
   * @param at the address where it is going to be
   * @param entry the address of the entry
   * @return its bytes
   */
  byte[] returnPlace(long at, long entry);
}
