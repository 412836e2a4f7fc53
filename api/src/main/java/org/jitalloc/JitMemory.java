package org.jitalloc;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One allocation, held by its owner. Its life: <em>forming</em> (written, not yet visible) → {@link
 * #publish} → <em>live</em> (code changes only by {@linkplain TextPoker poking}) → {@link #close}
 * (nobody can call it from then on; its bytes are trapping instructions and its place is used again
 * only when no thread can still be inside).
 *
 * <p>The handle is the right to write, poke, run and free; there is no other way to these. Keep it:
 * a handle, with the {@linkplain #function functions} made of it, that is lost before {@code close}
 * is a {@linkplain JitAllocator#leaks leak}, whoever may still know the address. All methods may be
 * called by any thread; a state that does not allow a call gives a {@link JitAllocException} with
 * the reason {@code WRONG_STATE} that says so.
 */
@ProviderType
public interface JitMemory extends AutoCloseable {

  /** Where an allocation is in its life. */
  enum State {
    /** Being written by its owner; not executable, not found. */
    FORMING,
    /** Published: has its final permissions, may be run, found and poked. */
    LIVE,
    /** Given back. */
    FREED
  }

  /** {@return where this allocation is and how long it is, as asked for, without rounding} */
  Span span();

  /** {@return the address of the first byte; while forming, where it is going to be} */
  default long address() {
    return span().start();
  }

  /** {@return the size in bytes, as asked for} */
  default long bytes() {
    return span().bytes();
  }

  /** {@return what this memory is for} */
  ModMemType type();

  /** {@return where this allocation is in its life} */
  State state();

  /**
   * Writes bytes while forming; live memory only where its type is writable (DATA, INIT_DATA, and
   * RO_AFTER_INIT until it is sealed). One byte, or an aligned 2, 4 or 8 bytes, are one store to
   * whoever reads them meanwhile.
   *
   * @param offset where to write, in bytes from the start of this allocation
   * @param bytes what to write
   * @throws IndexOutOfBoundsException if that is not inside this allocation
   * @throws JitAllocException if this memory cannot be written now
   */
  void write(long offset, byte[] bytes);

  /**
   * Reads bytes; memory that was never written reads as the architecture's trapping instruction
   * where the type is text, and as zero elsewhere.
   *
   * @param offset where to read, in bytes from the start of this allocation
   * @param length how many bytes
   * @return a copy
   * @throws IndexOutOfBoundsException if that is not inside this allocation
   * @throws JitAllocException if this memory was freed
   */
  byte[] read(long offset, int length);

  /**
   * Ends forming: the instruction cache is made coherent and the pages get their final permissions;
   * text becomes read-only and executable.
   *
   * @return this memory
   * @throws JitAllocException if it is not forming
   */
  JitMemory publish();

  /**
   * Ends the initialisation of RO_AFTER_INIT memory: it is read-only from then on. The other types
   * have nothing to seal.
   *
   * @throws JitAllocException if it is not live, or not of that type
   */
  void seal();

  /**
   * Gives the code at an offset as a method. The memory stays alive during each call; a call after
   * {@link #close} throws and never enters freed code.
   *
   * @param offset where the function starts, in bytes from the start of this allocation
   * @param descriptor its signature in the C calling convention of this machine
   * @return a method of that signature
   * @throws JitAllocException if this is not live text of a host target
   */
  MethodHandle function(long offset, FunctionDescriptor descriptor);

  /**
   * Frees this memory. No thread can enter it any more when this returns; threads that are inside
   * leave unharmed.
   *
   * @throws JitAllocException if it was freed before
   */
  @Override
  void close();
}
