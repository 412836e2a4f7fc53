package org.jitalloc;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The handle of one allocation. Its states: <em>forming</em> (it is written, but not executable) →
 * {@link #publish} → <em>live</em> (code changes only by {@linkplain TextPoker poking}) → {@link
 * #close} → <em>freed</em> (it cannot be called any more; after the grace period its bytes are
 * trapping instructions, and its addresses are used again).
 *
 * <p>Only the handle allows writes, pokes, calls and the free. Keep it reachable: a handle that
 * becomes unreachable before {@code close}, together with the {@linkplain #function functions}
 * created from it, is a {@linkplain JitAllocator#leaks leak}, also if its address is still in use.
 * All methods may be called by any thread; a call that the state does not allow throws a {@link
 * JitAllocException} with the reason {@code WRONG_STATE}.
 */
@ProviderType
public interface JitMemory extends AutoCloseable {

  /** The states of an allocation. */
  enum State {
    /**
     * It is written by its owner; it is not executable, and {@link JitAllocator#find} does not
     * return it.
     */
    FORMING,
    /** It is published: it has its final protection and can be executed, found and poked. */
    LIVE,
    /** It is freed. */
    FREED
  }

  /**
   * {@return the address range of this allocation, of the size that was requested, without
   * rounding}
   */
  Span span();

  /** {@return the address of the first byte, which does not change} */
  default long address() {
    return span().start();
  }

  /** {@return the size in bytes that was requested} */
  default long bytes() {
    return span().bytes();
  }

  /** {@return the memory type} */
  ModMemType type();

  /** {@return the state} */
  State state();

  /**
   * Writes bytes. Forming memory can be written; live memory only if its type is writable (DATA,
   * INIT_DATA, and RO_AFTER_INIT until it is sealed). A write of 1 byte, or of 2, 4 or 8 bytes at a
   * multiple of that, is a single store for concurrent readers.
   *
   * @param offset the offset of the first byte from the start of this allocation, in bytes
   * @param bytes the new bytes
   * @throws IndexOutOfBoundsException if the range is not inside this allocation
   * @throws JitAllocException WRONG_STATE if this memory is not writable now
   */
  void write(long offset, byte[] bytes);

  /**
   * Reads bytes. Memory that was not written contains trapping instructions if its type is text,
   * else zeros.
   *
   * @param offset the offset of the first byte from the start of this allocation, in bytes
   * @param length the number of bytes
   * @return a copy of the bytes
   * @throws IndexOutOfBoundsException if the range is not inside this allocation
   * @throws JitAllocException WRONG_STATE if this memory was freed
   */
  byte[] read(long offset, int length);

  /**
   * Publishes forming memory: makes the instruction cache coherent and gives the pages their final
   * protection. Text becomes read-only and executable.
   *
   * @return this memory
   * @throws JitAllocException WRONG_STATE if it is not forming
   */
  JitMemory publish();

  /**
   * Makes live RO_AFTER_INIT memory read-only.
   *
   * @throws JitAllocException if it is not live, not of this type, or sealed before
   */
  void seal();

  /**
   * Returns a method handle that calls the function at an offset. The memory stays mapped during
   * each call. A call after {@link #close} throws and does not enter freed code.
   *
   * @param offset the offset of the function from the start of this allocation, in bytes
   * @param descriptor the signature of the function in the C calling convention of this machine
   * @return a method handle with this signature
   * @throws JitAllocException if this is not live text of a host target
   */
  MethodHandle function(long offset, FunctionDescriptor descriptor);

  /**
   * Frees this memory. After this returns, no thread can enter the code; threads that execute it
   * finish as before.
   *
   * @throws JitAllocException WRONG_STATE if it was freed before
   */
  @Override
  void close();
}
