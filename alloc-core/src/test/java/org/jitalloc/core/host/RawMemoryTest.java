package org.jitalloc.core.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;

class RawMemoryTest {

  /** Returns the expected byte, by the definition of the pattern. */
  private static byte expected(byte[] pattern, long address) {
    return pattern[(int) Long.remainderUnsigned(address, pattern.length)];
  }

  @Seeded
  void fill_repeatsThePatternAtMultiplesOfItsLength_andWritesNothingElse(RandomValues values) {
    var pattern = new byte[1 << values.intIn(0, 4)];
    int offset = values.intIn(0, 40);
    int length = values.intIn(1, 20_000);
    for (int i = 0; i < pattern.length; i++) {
      pattern[i] = (byte) (i + 1);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(offset + length + 16, 16);
      RawMemory.fill(memory.address() + offset, length, pattern);
      var wanted = new byte[(int) memory.byteSize()];
      for (int i = offset; i < offset + length; i++) {
        wanted[i] = expected(pattern, memory.address() + i);
      }
      assertArrayEquals(wanted, memory.toArray(ValueLayout.JAVA_BYTE));
    }
  }
}
