package org.jitalloc.arch.x86.fixup;

import org.jitalloc.arch.x86.decode.ControlTransfer;
import org.jitalloc.arch.x86.decode.DecodedInstruction;
import org.jitalloc.arch.x86.decode.Decoder;

/** Relocates instructions to another address. */
final class MovedCode {
  private MovedCode() {}

  /**
   * Copies instructions and corrects their distances, except those to targets among themselves.
   *
   * @param code the instructions
   * @param from their address
   * @param to the new address
   * @return the copy
   * @throws IllegalArgumentException if they cannot be decoded, or a target is out of reach
   */
  static byte[] move(byte[] code, long from, long to) {
    byte[] moved = code.clone();
    var instruction = new DecodedInstruction();
    for (int at = 0; at < code.length; at += instruction.length()) {
      if (!Decoder.decode(code, at, code.length, instruction)) {
        throw new IllegalArgumentException(
            "%s at 0x%x".formatted(instruction.outcome(), from + at));
      }
      ControlTransfer flow = instruction.flow();
      if (instruction.isRipRelative()
          && isElsewhere(instruction.ripTarget(from + at), from, code.length)) {
        add(moved, at + instruction.displacementOffset(), 4, from - to);
      } else if (flow.isRelative()
          && isElsewhere(instruction.branchTarget(from + at), from, code.length)) {
        add(moved, at + instruction.immediateOffset(), instruction.immediateBytes(), from - to);
      }
    }
    return moved;
  }

  /**
   * The address after the last instruction counts as inside: execution continues there at both
   * addresses.
   */
  private static boolean isElsewhere(long target, long from, int length) {
    return target - from < 0 || target - from > length;
  }

  private static void add(byte[] code, int at, int bytes, long difference) {
    int unused = Long.SIZE - bytes * Byte.SIZE;
    long distance = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      distance = distance << 8 | code[at + i] & 0xff;
    }
    distance = (distance << unused >> unused) + difference;
    if (distance << unused >> unused != distance) {
      throw new IllegalArgumentException(
          "distance %d does not fit %d bytes when moved".formatted(distance, bytes));
    }
    for (int i = 0; i < bytes; i++) {
      code[at + i] = (byte) (distance >> i * Byte.SIZE);
    }
  }
}
