package org.jitalloc.arch.support.asm;

/** An assembler, as far as who arranges code needs it. */
public interface CodeWriter {

  /**
   * Gives a label its place: here.
   *
   * @param label a label without a place
   */
  void bind(Label label);

  /**
   * Goes on elsewhere.
   *
   * @param target where
   */
  void jump(Label target);

  /** Prepares the place where a loop starts, such as by aligning it. */
  default void loopHead() {}

  /**
   * Ends the code.
   *
   * @return its bytes
   */
  byte[] finish();

  /**
   * Finds where a label came to be, once the code is finished.
   *
   * @param label a label with a place
   * @return its offset in bytes
   */
  int offset(Label label);
}
