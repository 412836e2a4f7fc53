package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/** Accesses the memory of this process by address. Checks nothing: an invalid address faults. */
final class RawMemory {

  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** The maximum length of a copy by {@link #fill}; a multiple of the length of each pattern. */
  private static final int FILL_BLOCK = 1 << 12;

  private RawMemory() {}

  /** {@return a view of a range} */
  static MemorySegment at(long address, long bytes) {
    return ALL.asSlice(address, bytes);
  }

  /** Reads a range. An aligned word of 8 bytes is read with one load. */
  static byte[] read(long address, int length) {
    var bytes = new byte[length];
    if (length == Long.BYTES && (address & 7) == 0) {
      MemorySegment.ofArray(bytes)
          .set(JAVA_LONG.withByteAlignment(1), 0, ALL.get(JAVA_LONG, address));
    } else {
      MemorySegment.copy(ALL, JAVA_BYTE, address, bytes, 0, length);
    }
    return bytes;
  }

  /** Writes a range. One byte, or an aligned word of 2, 4 or 8 bytes, is written with one store. */
  static void write(long address, byte[] bytes) {
    MemorySegment source = MemorySegment.ofArray(bytes);
    if (bytes.length == 1) {
      ALL.set(JAVA_BYTE, address, bytes[0]);
    } else if (bytes.length == 2 && (address & 1) == 0) {
      ALL.set(JAVA_SHORT, address, source.get(JAVA_SHORT.withByteAlignment(1), 0));
    } else if (bytes.length == 4 && (address & 3) == 0) {
      ALL.set(JAVA_INT, address, source.get(JAVA_INT.withByteAlignment(1), 0));
    } else if (bytes.length == 8 && (address & 7) == 0) {
      ALL.set(JAVA_LONG, address, source.get(JAVA_LONG.withByteAlignment(1), 0));
    } else {
      MemorySegment.copy(source, 0, ALL, address, bytes.length);
    }
  }

  /**
   * Fills a range with a repeated pattern. Each repetition starts at a multiple of the length of
   * the pattern, which is a power of two.
   */
  static void fill(long address, long bytes, byte[] pattern) {
    MemorySegment target = at(address, bytes);
    if (pattern.length == 1) {
      target.fill(pattern[0]);
      return;
    }
    byte[] block = repeat(pattern, address, (int) Math.min(bytes, FILL_BLOCK));
    for (long done = 0; done < bytes; done += block.length) {
      int length = (int) Math.min(block.length, bytes - done);
      MemorySegment.copy(block, 0, target, JAVA_BYTE, done, length);
    }
  }

  /**
   * Repeats a pattern, in an array.
   *
   * @param pattern the pattern; its length is a power of two
   * @param address the address of the first byte; each repetition starts at a multiple of the
   *     length of the pattern
   * @param length the length of the result
   */
  static byte[] repeat(byte[] pattern, long address, int length) {
    var repeated = new byte[length];
    int done = Math.min(length, pattern.length);
    for (int i = 0; i < done; i++) {
      repeated[i] = pattern[(int) (address + i & pattern.length - 1)];
    }
    for (; done < length; done *= 2) {
      System.arraycopy(repeated, 0, repeated, done, Math.min(done, length - done));
    }
    return repeated;
  }
}
