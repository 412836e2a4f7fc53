package org.jitalloc.arch.x86.decode;

import java.util.HexFormat;

/** The result of relocating code to another address. */
public sealed interface Detour {

  /**
   * Code with the effect of the instructions at another address, which continues where they
   * continue.
   *
   * @param code the bytes; not to be modified
   * @param jumpsBack whether it ends with a jump to the address after the instructions
   */
  record Moved(byte[] code, boolean jumpsBack) implements Detour {
    @Override
    public String toString() {
      return "Moved[%s]".formatted(HexFormat.of().formatHex(code));
    }
  }

  /**
   * The code cannot be relocated.
   *
   * @param why the reason
   * @param address the address of the instruction
   * @param text the reason with its values
   */
  record Refused(ProbeRefusal why, long address, String text) implements Detour {}
}
