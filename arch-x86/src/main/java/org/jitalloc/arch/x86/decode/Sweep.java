package org.jitalloc.arch.x86.decode;

import java.util.BitSet;

/**
 * Where the instructions of a function begin, found by decoding from its start. Immutable as long
 * as nobody changes the bits; for any thread.
 *
 * @param bytes how long the function is
 * @param starts the offsets where instructions begin
 * @param targets the offsets in the function where its own relative branches go, and those whose
 *     address it takes, which may be jumped to
 * @param end the offset behind the last instruction; {@code bytes} if all decodes
 * @param outcome {@link Outcome#DECODED} if all decodes, else what is wrong with what is at {@code
 *     end}
 * @param jumpsIndirectly whether there is a jump to where a register or memory says
 */
public record Sweep(
    int bytes, BitSet starts, BitSet targets, int end, Outcome outcome, boolean jumpsIndirectly) {

  /**
   * Decodes a function.
   *
   * @param code holds the function
   * @param start the index of its first byte
   * @param bytes how long it is
   * @return where its instructions begin, as far as it decodes
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

  /** Whether every byte belongs to an instruction. */
  boolean isWhole() {
    return outcome == Outcome.DECODED;
  }
}
