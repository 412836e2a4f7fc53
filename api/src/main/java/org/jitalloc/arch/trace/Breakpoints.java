package org.jitalloc.arch.trace;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The breakpoints of an architecture. A service with the property {@code jit.arch}. Pure functions,
 * for any thread.
 */
@ConsumerType
public interface Breakpoints {

  /** What a breakpoint is for. Where the numbers differ, a handler can tell by them. */
  enum Role {
    /** It stands in the code that is probed. */
    PROBE,
    /** It stands behind an instruction that was copied out of line. */
    STEP,
    /** A function that is probed returns to it. */
    RETURN
  }

  /** {@return the name of the architecture} */
  String arch();

  /** {@return the length of a breakpoint} */
  int bytes();

  /** {@return what the address of a probed instruction is a multiple of} */
  int alignBytes();

  /** {@return the number of the signal that it raises on Linux} */
  int signal();

  /**
   * {@return how far behind the start of the breakpoint the program counter is that the signal's
   * context has, in bytes}
   */
  int programCounterOffset();

  /**
   * Gives a breakpoint.
   *
   * @param role what it is for
   * @return its bytes; empty if the kernel's probes of this architecture use none for that
   */
  Optional<byte[]> code(Role role);

  /**
   * Puts a breakpoint of a probe over an instruction. To disarm is the way back.
   *
   * @param address the address of the instruction
   * @param instruction all of its bytes
   * @return the change, which can be made while the instruction may be running
   * @throws org.jitalloc.JitAllocException INVALID_REQUEST if it is no address of an instruction,
   *     or is a breakpoint already
   */
  Patch arm(long address, byte[] instruction);
}
