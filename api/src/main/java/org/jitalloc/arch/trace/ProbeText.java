package org.jitalloc.arch.trace;

import java.util.BitSet;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A function as probes see it: its instructions, and what can be done with each. Offsets count from
 * its first byte, in bytes. Immutable; for any thread.
 */
@ConsumerType
public interface ProbeText {

  /** {@return the offsets where instructions begin; not to be modified} */
  BitSet starts();

  /**
   * Tells whether an instruction can be probed.
   *
   * @param offset any number
   * @return why there can be no probe, the rest of a sentence that begins with the address; empty
   *     if there can
   */
  Optional<String> refusal(int offset);

  /**
   * Tells how long an instruction is.
   *
   * @param offset where an instruction begins
   * @return its length in bytes
   */
  int length(int offset);

  /**
   * Tells whether something can be called behind an instruction.
   *
   * @param offset where an instruction begins
   * @return whether it always goes on behind itself
   */
  boolean isStraight(int offset);

  /**
   * Tells whether a jump ({@link org.jitalloc.TextPoker#siteBytes()} long) can stand in the place
   * of a breakpoint. No thread may be between the instructions that it covers when it is written.
   *
   * @param offset where an instruction begins
   * @return whether it can, and what it covers
   */
  Jump jump(int offset);

  /** Whether a jump can stand at a place. */
  sealed interface Jump {}

  /**
   * It can.
   *
   * @param bytes how long the instructions are together that it covers wholly or in part
   */
  record Covers(int bytes) implements Jump {}

  /**
   * It cannot.
   *
   * @param reason why not, for people
   */
  record Refused(String reason) implements Jump {}
}
