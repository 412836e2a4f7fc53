package org.jitalloc.arch.arm64.asm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing buffer of instructions, which are little-endian for each byte order of data. */
final class WordBuffer {
  private int[] words = new int[64];
  private int size;

  int size() {
    return size;
  }

  void add(int word) {
    if (size == words.length) {
      words = Arrays.copyOf(words, size * 2);
    }
    words[size++] = word;
  }

  void add(WordBuffer more, int from, int to) {
    for (int i = from; i < to; i++) {
      add(more.words[i]);
    }
  }

  byte[] toBytes() {
    var bytes = ByteBuffer.allocate(size * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(words, 0, size);
    return bytes.array();
  }
}
