package org.jitalloc.core.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RawMemoryTest {

  /** By definition: byte by byte. */
  private static byte expected(byte[] pattern, long address) {
    return pattern[(int) Long.remainderUnsigned(address, pattern.length)];
  }

  @Property
  void fill_repeatsThePattern_fromEachMultipleOfItsLength_andNothingElse(
      @ForAll @IntRange(max = 4) int log,
      @ForAll @IntRange(max = 40) int offset,
      @ForAll @IntRange(min = 1, max = 20_000) int length) {
    byte[] pattern = new byte[1 << log];
    for (int i = 0; i < pattern.length; i++) {
      pattern[i] = (byte) (i + 1);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(offset + length + 16, 16);
      RawMemory.fill(memory.address() + offset, length, pattern);
      byte[] wanted = new byte[(int) memory.byteSize()];
      for (int i = offset; i < offset + length; i++) {
        wanted[i] = expected(pattern, memory.address() + i);
      }
      assertArrayEquals(wanted, memory.toArray(ValueLayout.JAVA_BYTE));
    }
  }
}
