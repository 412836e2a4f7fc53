package org.jitalloc.arch.x86.asm;

import java.util.Arrays;

/** A growing buffer of bytes; numbers are little-endian. */
final class CodeBuffer {
  private byte[] bytes = new byte[256];
  private int size;

  int size() {
    return size;
  }

  void b1(int value) {
    if (size == bytes.length) {
      grow(1);
    }
    bytes[size++] = (byte) value;
  }

  void b2(int value) {
    b1(value);
    b1(value >> 8);
  }

  void b4(int value) {
    b2(value);
    b2(value >> 16);
  }

  void b8(long value) {
    b4((int) value);
    b4((int) (value >> 32));
  }

  void bytes(byte[] more, int from, int count) {
    if (size + count > bytes.length) {
      grow(count);
    }
    System.arraycopy(more, from, bytes, size, count);
    size += count;
  }

  void bytes(CodeBuffer more, int from, int count) {
    bytes(more.bytes, from, count);
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  private void grow(int count) {
    bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + count));
  }
}
