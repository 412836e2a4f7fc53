package org.jitalloc.arch.support.asm;

/** The part of an assembler that code writers for all architectures use. For one thread. */
public interface CodeWriter {

  /**
   * Binds a label to the present position.
   *
   * @param label an unbound label
   */
  void bind(Label label);

  /**
   * Emits an unconditional jump.
   *
   * @param target its target
   */
  void jump(Label target);

  /** Prepares the start of a loop, such as by alignment. */
  default void loopHead() {}

  /**
   * Finishes the code.
   *
   * @return its bytes
   */
  byte[] finish();

  /**
   * Returns the offset of a label after {@link #finish}.
   *
   * @param label a bound label
   * @return its offset in bytes
   */
  int offset(Label label);
}
