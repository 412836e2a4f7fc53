package org.jitalloc.arch;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The properties of an architecture that the allocator needs. A service with the property {@code
 * jit.arch}; on a plain class path it is listed in {@code META-INF/services}. All methods are pure
 * functions, for any thread.
 */
@ConsumerType
public interface Arch {

  /**
   * {@return the name, and the value of {@code jit.arch}: {@code amd64}, {@code arm64}, {@code
   * s390x}, …}
   */
  String name();

  /** {@return the values of the system property {@code os.arch} that mean this architecture} */
  Set<String> osArchNames();

  /** {@return the byte order} */
  ByteOrder byteOrder();

  /** {@return the alignment of instructions in bytes, a power of two} */
  int instructionAlignBytes();

  /**
   * Returns the placement, protection and alignment of memory of a type.
   *
   * @param layout the address space
   * @param type the memory type
   * @param purpose the kind of consumer
   * @return the parameters
   */
  JitAllocParams params(AddressSpaceLayout layout, ModMemType type, Purpose purpose);

  /**
   * Returns the address space of a typical kernel of this architecture, for image targets without a
   * configured layout.
   *
   * @param kaslr whether base addresses are randomised
   * @param seed the seed of the random choices
   * @return the layout
   */
  AddressSpaceLayout.Kernel defaultKernel(boolean kaslr, long seed);

  /**
   * {@return the largest distance of a direct call in bytes; a host target reserves a range of this
   * size}
   */
  long directCallReachBytes();

  /**
   * Returns the pattern that fills executable memory without code. Execution at any
   * instruction-aligned offset of it traps.
   *
   * @return the pattern; its length in bytes is a power of two, at least {@link
   *     #instructionAlignBytes()}; it is repeated from an address that is a multiple of its length
   */
  byte[] trapFill();

  /**
   * Returns a function without arguments that returns a number, for the start-up probe of memory
   * modes. Functions for different numbers have the same length and differ only in the first
   * instruction.
   *
   * @param value the number, 0 to 255
   * @return the code of the function in the C calling convention of a process
   */
  byte[] returnConstant(int value);

  /**
   * Returns a function that makes the instruction caches of all processors coherent with written
   * code.
   *
   * @return the code of a function of (address in the executable mapping, length in bytes) in the C
   *     calling convention; empty if the hardware keeps instruction caches coherent
   */
  Optional<byte[]> cacheFlush();
}
