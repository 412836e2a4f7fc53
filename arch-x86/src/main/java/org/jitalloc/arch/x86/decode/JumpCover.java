package org.jitalloc.arch.x86.decode;

import java.util.BitSet;

/**
 * Tests whether a jump of five bytes can replace an instruction and the following ones that it
 * overwrites.
 */
public sealed interface JumpCover {
  /** The length of the jump in bytes. */
  int JUMP_BYTES = 5;

  /**
   * A jump is possible.
   *
   * @param bytes the length of the instructions that the jump overwrites completely or partly
   */
  record Covers(int bytes) implements JumpCover {}

  /**
   * A jump is not possible.
   *
   * @param why the reason
   * @param offset the offset of the obstacle from the start of the function
   */
  record Refused(ProbeRefusal why, int offset) implements JumpCover {}

  /**
   * Tests the instructions from an offset on.
   *
   * <p>The caller ensures that no thread is between the instructions when it writes the jump. No
   * instruction except the last may let a thread return into the middle later: calls, and SYSCALL,
   * which the kernel may restart.
   *
   * @param code contains the function
   * @param start the index of its first byte
   * @param sweep the result of {@link Sweep#of}
   * @param offset the offset of the jump from the start of the function
   * @param entries further offsets at which the function is entered: landing pads of exceptions,
   *     entries from outside
   * @return the number of bytes that the jump covers, or a refusal
   */
  static JumpCover of(byte[] code, int start, Sweep sweep, int offset, BitSet entries) {
    var refusal = Probes.check(code, start, sweep, offset);
    if (refusal.isPresent()) {
      return new Refused(refusal.get(), offset);
    }
    if (!sweep.isWhole()) {
      return new Refused(ProbeRefusal.UNDECODABLE, sweep.end());
    }
    if (sweep.jumpsIndirectly()) {
      return new Refused(ProbeRefusal.INDIRECT_JUMP, offset);
    }
    var instruction = new DecodedInstruction();
    int end = offset;
    while (end < offset + JUMP_BYTES) {
      if (end >= sweep.bytes()) {
        return new Refused(ProbeRefusal.TOO_SHORT, offset);
      }
      Decoder.decode(code, start + end, start + sweep.bytes(), instruction);
      var why = Probes.check(instruction);
      if (why.isPresent()) {
        return new Refused(why.get(), end);
      }
      boolean isLast = end + instruction.length() >= offset + JUMP_BYTES;
      if (!mayBeCovered(instruction.flow(), isLast)) {
        return new Refused(ProbeRefusal.NOT_STRAIGHT, end);
      }
      end += instruction.length();
    }
    int entered = firstIn(sweep.targets(), entries, offset + 1, end);
    return entered < end ? new Refused(ProbeRefusal.ENTERED, entered) : new Covers(end - offset);
  }

  private static boolean mayBeCovered(ControlTransfer flow, boolean isLast) {
    return flow == ControlTransfer.NEXT || isLast && flow != ControlTransfer.SYSTEM_CALL;
  }

  private static int firstIn(BitSet targets, BitSet entries, int from, int end) {
    for (int at = from; at < end; at++) {
      if (targets.get(at) || entries.get(at)) {
        return at;
      }
    }
    return end;
  }
}
