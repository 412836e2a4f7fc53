package org.jitalloc.console.helpers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ServiceLoader;
import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfHelper;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;

final class HelpersTest {
  private static final long BASE = 0x7000;

  /** A program's memory at an address, and nothing else. */
  private static final class Memory implements BpfCall {
    private final byte[] bytes;
    private boolean ended;
    private long r0;

    Memory(byte... bytes) {
      this.bytes = bytes;
    }

    @Override
    public BpfProgram program() {
      throw new UnsupportedOperationException();
    }

    @Override
    public MemorySegment memory(long address, long length) {
      return MemorySegment.ofArray(bytes).asSlice(address - BASE, length);
    }

    @Override
    public String string(long address, int maxBytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void exit(long value) {
      ended = true;
      r0 = value;
    }
  }

  private static long call(BpfHelper helper, BpfCall call, long... arguments) throws Exception {
    long[] r = java.util.Arrays.copyOf(arguments, 5);
    return helper.call(call, r[0], r[1], r[2], r[3], r[4]);
  }

  @Test
  void classPath_listsAllSix() {
    var ids = ServiceLoader.load(BpfHelper.class).stream().map(p -> p.get().id()).sorted().toList();
    assertEquals(List.of(0, 1, 2, 3, 4, 5), ids);
  }

  @Test
  void gatherBytes_takesTheLowestOfEach() throws Exception {
    assertEquals(
        0x11_2233_4455L, call(new GatherBytes(), new Memory(), 0xff11, 0x22, -0xcd, 0x44, 0x155));
  }

  @Seeded
  void memFrob_twice_isNothing(RandomValues values) throws Exception {
    byte[] bytes = values.bytes(0, 255);
    byte[] memory = bytes.clone();
    assertEquals(0, call(new MemFrob(), new Memory(memory), BASE, memory.length));
    for (int i = 0; i < bytes.length; i++) {
      assertEquals((byte) (bytes[i] ^ 42), memory[i]);
    }
    call(new MemFrob(), new Memory(memory), BASE, memory.length);
    assertArrayEquals(bytes, memory);
  }

  @Seeded
  void squareRoot_isThatOfBigInteger(RandomValues values) throws Exception {
    long value = values.anyLong();
    var expected = new BigInteger(Long.toUnsignedString(value)).sqrt().longValueExact();
    assertEquals(expected, call(new SquareRoot(), new Memory(), value));
  }

  @Seeded
  void squareRoot_aroundSquares(RandomValues values) throws Exception {
    long unsigned = Integer.toUnsignedLong(values.anyInt());
    assertEquals(unsigned, call(new SquareRoot(), new Memory(), unsigned * unsigned));
    if (unsigned > 0) {
      assertEquals(unsigned - 1, call(new SquareRoot(), new Memory(), unsigned * unsigned - 1));
    }
  }

  @Test
  void stringCompare_comparesUnsignedBytes() throws Exception {
    assertEquals(0, compare("", ""));
    assertEquals(0, compare("abc", "abc"));
    assertEquals(-1, Long.signum(compare("abc", "abd")));
    assertEquals(-1, Long.signum(compare("ab", "abc")));
    assertEquals(1, Long.signum(compare("abc", "ab")));
    assertEquals(1, Long.signum(compare("\u00ff", "a")));
  }

  @Test
  void stringCompare_withoutZero_isRefused() {
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> call(new StringCompare(), new Memory((byte) 1, (byte) 1), BASE, BASE));
  }

  private static long compare(String first, String second) throws Exception {
    byte[] memory = (first + "\0" + second + "\0").getBytes(StandardCharsets.ISO_8859_1);
    return call(new StringCompare(), new Memory(memory), BASE, BASE + first.length() + 1);
  }

  @Test
  void unwind_endsTheProgramOnZeroOnly() throws Exception {
    var call = new Memory();
    assertEquals(7, call(new Unwind(), call, 7));
    assertEquals(false, call.ended);
    call.r0 = 1;
    assertEquals(0, call(new Unwind(), call, 0));
    assertEquals(true, call.ended);
    assertEquals(0, call.r0);
  }
}
