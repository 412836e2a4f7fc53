package org.jitalloc.kprobes;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The registers of a thread at a probe: the kernel's {@code struct pt_regs}. Names are the
 * architecture's, in small letters; {@code flags} is one of them where there are flags. For the
 * thread that hit, until its handler returns.
 */
@ProviderType
public interface Registers {

  /** {@return the address of the probed instruction, or of the function that returns} */
  long address();

  /** {@return all names} */
  List<String> names();

  /**
   * Reads a register.
   *
   * @param name its name
   * @return what it holds
   * @throws IllegalArgumentException if there is none of that name
   */
  long get(String name);

  /**
   * Changes a register: the probed code goes on with it.
   *
   * @param name its name; not that of the stack pointer
   * @param value what it is to hold
   * @throws IllegalArgumentException if there is none of that name, or it cannot be changed
   */
  void set(String name, long value);

  /** {@return the stack pointer, which comes first} */
  long stackPointer();

  /** {@return the word that the stack pointer points at} */
  long top();
}
