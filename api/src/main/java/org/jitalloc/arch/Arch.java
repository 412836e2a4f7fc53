package org.jitalloc.arch;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What the allocator has to know of an architecture. A service with the property {@code jit.arch};
 * on a plain class path in {@code META-INF/services}. All methods are pure functions and may be
 * called by any thread.
 */
@ConsumerType
public interface Arch {

  /**
   * {@return the name, which is also the value of {@code jit.arch}: {@code amd64}, {@code arm64},
   * {@code s390x}, …}
   */
  String name();

  /** {@return the values of the system property {@code os.arch} that mean this architecture} */
  Set<String> osArchNames();

  /** {@return the order of bytes in words} */
  ByteOrder byteOrder();

  /** {@return what instructions are aligned to, in bytes, a power of two} */
  int instructionAlignBytes();

  /**
   * Gives what is demanded of memory of a type.
   *
   * @param layout the address space
   * @param type what the memory is for
   * @param purpose who it is for
   * @return the demands
   */
  JitAllocParams params(AddressSpaceLayout layout, ModMemType type, Purpose purpose);

  /**
   * Gives the address space of a usual kernel of this architecture, for image targets that no
   * configuration describes.
   *
   * @param kaslr whether the kernel is to be placed at random
   * @param seed what random choices are drawn from
   * @return the layout
   */
  AddressSpaceLayout.Kernel defaultKernel(boolean kaslr, long seed);

  /**
   * {@return how far two places may be apart for a direct call from one to the other, in bytes; as
   * much is reserved on a host}
   */
  long directCallReachBytes();

  /**
   * Gives what fills executable memory that holds no code. Executing any instruction-aligned part
   * of it traps.
   *
   * @return a pattern of {@link #instructionAlignBytes()} bytes or more, a power of two; memory is
   *     filled by repeating it from an aligned address
   */
  byte[] trapFill();

  /**
   * Gives a function without arguments that returns a number, for the start-up probe of memory.
   * Functions for different numbers have the same length and differ in their first instruction
   * alone.
   *
   * @param value the number, 0 to 255
   * @return the function in the C calling convention of a process
   */
  byte[] returnConstant(int value);

  /**
   * Gives the function that makes instruction fetches of all processors see what was written, where
   * the hardware does not do so by itself.
   *
   * @return a function of (address in the executable mapping, length in bytes) in the C calling
   *     convention; empty if nothing is to be done
   */
  Optional<byte[]> cacheFlush();
}
