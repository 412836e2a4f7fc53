package org.jitalloc.arch.tck.tool;

import java.util.List;

/** An independent assembler and disassembler of an architecture. */
public interface Toolchain {

  /**
   * Assembles code.
   *
   * @param text one instruction on each line, and directives of GNU as
   * @return the code, without padding
   */
  byte[] assemble(String text);

  /**
   * Disassembles code, from its first byte to its last.
   *
   * @param code the code
   * @return its instructions
   */
  List<Decoded> disassemble(byte[] code);

  /**
   * A disassembled instruction.
   *
   * @param offset its offset in bytes
   * @param text its text in the syntax of the tool
   * @param defined whether the bytes are a defined instruction
   */
  record Decoded(int offset, String text, boolean defined) {}
}
