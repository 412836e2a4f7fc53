package org.jitalloc.arch.elf;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import org.osgi.annotation.versioning.ProviderType;

/** Tells who called, for the code of one module. Immutable. */
@ProviderType
public interface UnwindTable {

  /**
   * What is known of a function that is being executed.
   *
   * @param instruction the address of the instruction; of a caller the address it returns to
   * @param stackPointer the stack pointer
   * @param framePointer the register that holds frame pointers
   * @param isCaller whether it called the one before, rather than having been interrupted
   */
  record Frame(long instruction, long stackPointer, long framePointer, boolean isCaller) {}

  /** {@return how many entries there are} */
  int size();

  /**
   * Finds the caller.
   *
   * @param frame a function
   * @param memory reads a word of the stack, or nothing if the address is none of it
   * @return the function that called it; empty if the table does not tell, or it is the outermost
   */
  Optional<Frame> caller(Frame frame, LongFunction<OptionalLong> memory);
}
