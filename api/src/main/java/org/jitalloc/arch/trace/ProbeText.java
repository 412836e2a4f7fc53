package org.jitalloc.arch.trace;

import java.util.BitSet;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The instructions of a function, and how each of them can be probed. Offsets are in bytes from the
 * first byte of the function. Immutable; for any thread.
 */
@ConsumerType
public interface ProbeText {

  /** {@return the offsets of the instructions; not to be modified} */
  BitSet starts();

  /**
   * Tests whether an instruction can be probed.
   *
   * @param offset any number
   * @return the reason why it cannot be probed, as the rest of a sentence that begins with the
   *     address; empty if it can
   */
  Optional<String> refusal(int offset);

  /**
   * Returns the length of an instruction.
   *
   * @param offset the offset of an instruction
   * @return its length in bytes
   */
  int length(int offset);

  /**
   * Tests whether a handler can be called after an instruction.
   *
   * @param offset the offset of an instruction
   * @return whether the next instruction always follows it in memory
   */
  boolean isStraight(int offset);

  /**
   * Tests whether a jump of {@link org.jitalloc.TextPoker#siteBytes()} bytes can replace a
   * breakpoint (an optimised probe). No thread may be between the instructions that it covers when
   * it is written.
   *
   * @param offset the offset of an instruction
   * @return the instructions that it covers, or the reason why it cannot be used
   */
  Jump jump(int offset);

  /** The result of {@link #jump}. */
  sealed interface Jump {}

  /**
   * A jump can be used.
   *
   * @param bytes the length of the instructions that it covers completely or partly, in bytes
   */
  record Covers(int bytes) implements Jump {}

  /**
   * A jump cannot be used.
   *
   * @param reason the reason, for people
   */
  record Refused(String reason) implements Jump {}
}
