package org.jitalloc.arch;

import java.util.List;
import java.util.Optional;
import org.jitalloc.Instruction;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * How an architecture changes code that may be running. A service with the property {@code
 * jit.arch}. It plans; the core writes. All methods are pure functions and may be called by any
 * thread.
 */
@ConsumerType
public interface TextPoke {

  /** {@return the name of the architecture} */
  String arch();

  /** {@return the length of a Nop, Jump or Call that can be changed into each other, in bytes} */
  int siteBytes();

  /**
   * Encodes an instruction for a place.
   *
   * @param instruction what is to stand there
   * @param address the address of the place
   * @return its bytes
   * @throws org.jitalloc.JitAllocException UNREACHABLE if its target is out of reach;
   *     INVALID_REQUEST if raw bytes are not one instruction, where that can be told
   */
  byte[] encode(Instruction instruction, long address);

  /**
   * Plans a batch.
   *
   * @param sites the places in ascending unsigned order of address, none overlapping another, each
   *     with old and new bytes of equal length that differ
   * @return what to do, in order
   * @throws org.jitalloc.JitAllocException UNSUPPORTED if one of the changes cannot be made while
   *     the code may be running; the message says which and why
   */
  PokePlan plan(List<PokeSite> sites);

  /**
   * {@return what carries threads over places that are being changed, for processes; empty if no
   * plan needs it}
   */
  Optional<TrapHandler> trapHandler();
}
