package org.jitalloc.bpf;

import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The access of a helper to the program that calls it, for the thread of the call. When the helper
 * has returned, {@link #memory} and {@link #string} throw {@link IndexOutOfBoundsException}, and
 * the other methods {@link IllegalStateException}.
 */
@ProviderType
public interface BpfCall {

  /** {@return the program that was started; numbers in its memory are in its byte order} */
  BpfProgram program();

  /**
   * Gives a part of the program's memory or stack, for reading and writing. Numbers that programs
   * store there are in the order of {@code program().byteOrder()}.
   *
   * @param address its address, as the program has it in a register
   * @param bytes its length in bytes
   * @return exactly these bytes; not to be used after the call
   * @throws IndexOutOfBoundsException if they are not all in the memory or all in the stack; the
   *     message has the ranges of both
   */
  MemorySegment memory(long address, long bytes);

  /**
   * Reads a string of UTF-8 that ends with a zero byte.
   *
   * @param address its address
   * @param maxBytes its greatest length in bytes, without the zero
   * @return the string, without the zero
   * @throws IndexOutOfBoundsException if there is no zero byte in the same region after at most
   *     {@code maxBytes} bytes
   */
  String string(long address, int maxBytes);

  /**
   * Ends the program when the helper returns. What the helper returns is ignored then.
   *
   * @param r0 the value of the run
   */
  void exit(long r0);
}
