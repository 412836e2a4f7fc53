package org.jitalloc.arch.tck.tool;

import java.util.List;

/** What knows the instructions of an architecture without us. */
public interface Toolchain {

  /**
   * Assembles.
   *
   * @param text one instruction a line, and directives of GNU as
   * @return the code, without anything behind it
   */
  byte[] assemble(String text);

  /**
   * Takes code apart, from its first byte to its last.
   *
   * @param code the code
   * @return its instructions
   */
  List<Decoded> disassemble(byte[] code);

  /**
   * One instruction.
   *
   * @param offset where it starts
   * @param text what it is, in the words of the tool
   * @param defined whether there is such an instruction
   */
  record Decoded(int offset, String text, boolean defined) {}
}
