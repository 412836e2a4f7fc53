package org.jitalloc;

import java.util.HexFormat;

/**
 * An instruction at a patch site, independent of its encoding. Nop, Jump and Call fill one patch
 * site of {@link TextPoker#siteBytes()} bytes.
 */
public sealed interface Instruction {

  /** An instruction of the length of a patch site that does nothing. */
  record Nop() implements Instruction {}

  /**
   * A direct jump.
   *
   * @param target the address of the next instruction
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
   * A permanent breakpoint: a thread that executes it continues at another address, with all
   * registers unchanged. It replaces an instruction or the first unit of one ({@link
   * TextPoker#encode} returns its bytes); the bytes after it do not change.
   *
   * @param detour the address at which threads continue
   */
  record Breakpoint(long detour) implements Instruction {
    @Override
    public String toString() {
      return "Breakpoint[to 0x%x]".formatted(detour);
    }
  }

  /**
   * One encoded instruction, to replace an instruction of the same length.
   *
   * @param bytes the encoding
   */
  record Raw(byte[] bytes) implements Instruction {
    /** Copies the bytes. */
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
