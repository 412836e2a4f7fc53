package org.jitalloc.arch.s390.asm;

import java.util.Arrays;

/** A growing buffer of bytes; numbers are big-endian. */
final class CodeBuffer {
  private byte[] bytes = new byte[256];
  private int size;

  int size() {
    return size;
  }

  void b2(int value) {
    if (size + 2 > bytes.length) {
      grow(2);
    }
    bytes[size++] = (byte) (value >> 8);
    bytes[size++] = (byte) value;
  }

  void b4(int value) {
    b2(value >> 16);
    b2(value);
  }

  void bytes(CodeBuffer more, int from, int count) {
    if (size + count > bytes.length) {
      grow(count);
    }
    System.arraycopy(more.bytes, from, bytes, size, count);
    size += count;
  }

  void bytes(byte[] more) {
    if (size + more.length > bytes.length) {
      grow(more.length);
    }
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  private void grow(int count) {
    bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + count));
  }
}
