package org.jitalloc.arch.elf;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import org.osgi.annotation.versioning.ProviderType;

/** Unwinds stacks through the code of one module. Immutable; for any thread. */
@ProviderType
public interface UnwindTable {

  /**
   * A frame of a stack.
   *
   * @param instruction the address of the instruction; of a caller, the return address
   * @param stackPointer the stack pointer
   * @param framePointer the frame pointer register
   * @param isCaller whether the frame called the one before it; else it was interrupted
   */
  record Frame(long instruction, long stackPointer, long framePointer, boolean isCaller) {}

  /** {@return the number of entries} */
  int size();

  /**
   * Finds the frame of the caller.
   *
   * @param frame a frame
   * @param memory reads a word of the stack; empty if the address is not on the stack
   * @return the frame of the caller; empty if the table does not cover the instruction, or the
   *     frame is the outermost
   */
  Optional<Frame> caller(Frame frame, LongFunction<OptionalLong> memory);
}
