package org.jitalloc.arch.x86.decode;

import java.util.HexFormat;

/** What came of moving code to another place. */
public sealed interface Detour {

  /**
   * Code that does there what the instructions do here, and goes on where they go on.
   *
   * @param code the bytes; not to be modified
   * @param jumpsBack whether a jump behind the instructions is the last of it
   */
  record Moved(byte[] code, boolean jumpsBack) implements Detour {
    @Override
    public String toString() {
      return "Moved[%s]".formatted(HexFormat.of().formatHex(code));
    }
  }

  /**
   * It cannot be moved.
   *
   * @param why the reason
   * @param address the instruction that cannot
   * @param text the reason with its values
   */
  record Refused(ProbeRefusal why, long address, String text) implements Detour {}
}
