package org.jitalloc.arch.x86.decode;

import java.util.BitSet;

/**
 * Whether a jump of five bytes can stand in the place of an instruction and of those behind it that
 * it overwrites.
 */
public sealed interface JumpCover {
  /** The length of the jump. */
  int JUMP_BYTES = 5;

  /**
   * It can.
   *
   * @param bytes how long the instructions are together that the jump overwrites wholly or in part
   */
  record Covers(int bytes) implements JumpCover {}

  /**
   * It cannot.
   *
   * @param why the reason
   * @param offset what it is about, counted from the start of the function
   */
  record Refused(ProbeRefusal why, int offset) implements JumpCover {}

  /**
   * Looks at the instructions from an offset on.
   *
   * <p>Whoever writes the jump still has to know that no thread is between them. All but the last
   * have to be such that no thread comes back into the middle later: no calls, no SYSCALL, which
   * the kernel may begin anew.
   *
   * @param code holds the function
   * @param start the index of its first byte
   * @param sweep what {@link Sweep#of} says of it
   * @param offset where the jump is to be, counted from the start of the function
   * @param entries further offsets where the function is entered: landing pads of exceptions,
   *     entries from outside
   * @return whether it can be, and how many bytes it covers
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
