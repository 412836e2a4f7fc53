package org.jitalloc;

import java.util.HexFormat;

/**
 * What stands at a place of code that can be changed, without saying how an architecture encodes
 * it. Nop, Jump and Call fill one patch site ({@link TextPoker#siteBytes()} bytes).
 */
public sealed interface Instruction {

  /** An instruction of the length of a patch site that does nothing. */
  record Nop() implements Instruction {}

  /**
   * A direct jump.
   *
   * @param target the address to go on at
   */
  record Jump(long target) implements Instruction {
    @Override
    public String toString() {
      return "Jump[0x%x]".formatted(target);
    }
  }

  /**
   * A direct call.
   *
   * @param target the address of the function
   */
  record Call(long target) implements Instruction {
    @Override
    public String toString() {
      return "Call[0x%x]".formatted(target);
    }
  }

  /**
   * A breakpoint, which stays: a thread that comes to it goes on at another address, with all
   * registers as they are. It replaces an instruction or its first unit ({@link TextPoker#encode}
   * gives as many bytes); what stands behind it is left alone.
   *
   * @param detour the address to go on at
   */
  record Breakpoint(long detour) implements Instruction {
    @Override
    public String toString() {
      return "Breakpoint[to 0x%x]".formatted(detour);
    }
  }

  /**
   * One instruction by its bytes; the replacement of an instruction by another of the same length.
   *
   * @param bytes the encoding
   */
  record Raw(byte[] bytes) implements Instruction {
    /** Makes it; the bytes are copied. */
    public Raw {
      bytes = bytes.clone();
    }

    /** {@return a copy of the encoding} */
    @Override
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Raw raw && java.util.Arrays.equals(bytes, raw.bytes);
    }

    @Override
    public int hashCode() {
      return java.util.Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "Raw[" + HexFormat.of().formatHex(bytes) + "]";
    }
  }
}
