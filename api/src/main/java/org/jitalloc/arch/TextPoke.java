package org.jitalloc.arch;

import java.util.List;
import java.util.Optional;
import org.jitalloc.Instruction;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Plans how code changes while threads may execute it. A service with the property {@code
 * jit.arch}. The core executes the plans. All methods are pure functions, for any thread.
 */
@ConsumerType
public interface TextPoke {

  /** {@return the name of the architecture} */
  String arch();

  /** {@return the length of a patch site, and so of a Nop, Jump or Call, in bytes} */
  int siteBytes();

  /**
   * Encodes an instruction.
   *
   * @param instruction the instruction
   * @param address its address
   * @return its bytes
   * @throws org.jitalloc.JitAllocException UNREACHABLE if its target is out of reach;
   *     INVALID_REQUEST if raw bytes are not one instruction, as far as the architecture checks
   *     that
   */
  byte[] encode(Instruction instruction, long address);

  /**
   * Plans a batch.
   *
   * @param sites the patch sites in ascending unsigned order of address. They do not overlap; old
   *     and new bytes have the same length and differ
   * @return the plan
   * @throws org.jitalloc.JitAllocException UNSUPPORTED if a change cannot be made while threads may
   *     execute the code; the message has the site and the reason
   */
  PokePlan plan(List<PokeSite> sites);

  /** {@return the trap handler for processes; empty if no plan has a trap} */
  Optional<TrapHandler> trapHandler();
}
