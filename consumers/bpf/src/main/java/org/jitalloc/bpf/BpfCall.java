package org.jitalloc.bpf;

import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ProviderType;

/** What a helper may do with the program that called it, while the call lasts. */
@ProviderType
public interface BpfCall {

  /** {@return the program that somebody runs; numbers in its memory are in its byte order} */
  BpfProgram program();

  /**
   * Gives a part of the program's memory or stack, for reading and writing. OrderedMemory that
   * programs store there are in the order of {@code program().byteOrder()}.
   *
   * @param address where it starts, as the program has it in a register
   * @param bytes how many bytes
   * @return exactly these bytes
   * @throws IndexOutOfBoundsException if they are not all inside of the memory or all inside of the
   *     stack; the message says where these are
   */
  MemorySegment memory(long address, long bytes);

  /**
   * Reads a string of UTF-8 that ends with a zero byte.
   *
   * @param address where it starts
   * @param maxBytes how many bytes it may have, without the zero
   * @return the string, without the zero
   * @throws IndexOutOfBoundsException if there is no zero byte within reach: in the same region,
   *     after at most {@code maxBytes} bytes
   */
  String string(long address, int maxBytes);

  /**
   * Ends the program as soon as the helper returns; what the helper returns does not count then.
   *
   * @param r0 the value of the run
   */
  void exit(long r0);
}
