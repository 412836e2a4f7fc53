package org.jitalloc.arch.x86.decode;

import java.util.BitSet;

/**
 * The instructions of a function, by decoding from its start (linear sweep). The bit sets are not
 * to be modified; for any thread.
 *
 * @param bytes the length of the function
 * @param starts the offsets of the instructions
 * @param targets the offsets in the function that are targets of its relative branches, or whose
 *     address it takes
 * @param end the offset after the last instruction; {@code bytes} if all is decoded
 * @param outcome {@link Outcome#DECODED} if all is decoded, else the reason at {@code end}
 * @param jumpsIndirectly whether there is an indirect jump
 */
public record Sweep(
    int bytes, BitSet starts, BitSet targets, int end, Outcome outcome, boolean jumpsIndirectly) {

  /**
   * Decodes a function.
   *
   * @param code contains the function
   * @param start the index of its first byte
   * @param bytes its length
   * @return its instructions, up to the first that cannot be decoded
   */
  public static Sweep of(byte[] code, int start, int bytes) {
    var starts = new BitSet(bytes);
    var targets = new BitSet(bytes);
    var instruction = new DecodedInstruction();
    boolean indirect = false;
    int at = 0;
    while (at < bytes) {
      if (!Decoder.decode(code, start + at, start + bytes, instruction)) {
        return new Sweep(bytes, starts, targets, at, instruction.outcome(), indirect);
      }
      starts.set(at);
      var flow = instruction.flow();
      indirect |= flow == ControlTransfer.INDIRECT_JUMP;
      if (flow.isRelative()) {
        mark(targets, instruction.branchTarget(at), bytes);
      }
      if (instruction.isRipRelative()) {
        mark(targets, instruction.ripTarget(at), bytes);
      }
      at += instruction.length();
    }
    return new Sweep(bytes, starts, targets, at, Outcome.DECODED, indirect);
  }

  private static void mark(BitSet targets, long target, int bytes) {
    if (target >= 0 && target < bytes) {
      targets.set((int) target);
    }
  }

  /** {@return whether every byte belongs to an instruction} */
  boolean isWhole() {
    return outcome == Outcome.DECODED;
  }
}
