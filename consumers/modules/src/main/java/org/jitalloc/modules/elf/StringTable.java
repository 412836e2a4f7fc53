package org.jitalloc.modules.elf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;

/**
 * A section of strings that end with 0; the last byte is one, so no string runs out of it. Strings
 * may overlap, so a file can name one long string many times. {@link #requireSmall} refuses that.
 */
final class StringTable {
  private static final int SHARING = 4;
  private static final int BYTES_EACH = 128;

  /** No strings but the empty one. */
  static final StringTable EMPTY = new StringTable(ByteBuffer.allocate(1), 0, 1, 0);

  private final byte[] file;
  private final int start;
  private final int bytes;

  StringTable(ByteBuffer file, int start, int bytes, int section) {
    this.file = file.array();
    this.start = file.arrayOffset() + start;
    this.bytes = bytes;
    if (bytes == 0 || file.get(start + bytes - 1) != 0) {
      throw new ModuleException(
          Reason.MALFORMED, "section %d: the strings do not end with 0".formatted(section));
    }
  }

  int bytes() {
    return bytes;
  }

  /**
   * Refuses names that would take much more memory than the file.
   *
   * @param offset gives the offset of the name with an index
   * @param count how many names there are
   * @param what has the names
   * @throws ModuleException MALFORMED if they have more bytes together than names have that share
   *     no more than their ends, as assemblers let them
   */
  void requireSmall(IntUnaryOperator offset, int count, String what) {
    long most = SHARING * (long) bytes + BYTES_EACH * (long) count;
    long sum = 0;
    for (int i = 0; i < count; i++) {
      int at = offset.applyAsInt(i);
      if (holds(at)) {
        sum += length(at, what, i);
      }
      if (sum > most) {
        throw new ModuleException(
            Reason.MALFORMED,
            "%d bytes of names of %ss in %d bytes of strings: they overlap"
                .formatted(sum, what, bytes));
      }
    }
  }

  boolean holds(int offset) {
    return offset >= 0 && offset < bytes;
  }

  String get(int offset, String what, int index) {
    int length = length(offset, what, index);
    return new String(file, start + offset, length, StandardCharsets.UTF_8);
  }

  /** Where among all bytes a string starts that is there. */
  int start(int offset) {
    return start + offset;
  }

  /** How many bytes a string has before the one that ends it. */
  int length(int offset, String what, int index) {
    if (!holds(offset)) {
      throw new ModuleException(
          Reason.MALFORMED,
          "the name of %s %d is at 0x%x of 0x%x bytes of strings"
              .formatted(what, index, offset, bytes));
    }
    int from = start + offset;
    int end = from;
    while (file[end] != 0) {
      end++;
    }
    return end - from;
  }
}
