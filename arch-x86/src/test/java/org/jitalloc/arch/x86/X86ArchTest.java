package org.jitalloc.arch.x86;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.ServiceLoader;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;

class X86ArchTest {
  private static final long GIB = 1L << 30;
  private final Arch arch = new X86Arch();
  private final TextPoke poke = new X86TextPoke();

  @Test
  void services_plainClassPath_areFound() {
    assertTrue(ServiceLoader.load(Arch.class).stream().anyMatch(p -> p.type() == X86Arch.class));
    assertTrue(
        ServiceLoader.load(TextPoke.class).stream().anyMatch(p -> p.type() == X86TextPoke.class));
  }

  @Test
  void params_noKaslr_areTheKernelsConstants() {
    var layout = arch.defaultKernel(false, 1);
    assertEquals(0xffffffff81000000L, layout.image().start());
    assertEquals(0xffffc90000000000L, layout.vmalloc().start());
    for (var type : ModMemType.values()) {
      for (var purpose : Purpose.values()) {
        var params = arch.params(layout, type, purpose);
        assertEquals(new AddressRange(0xffffffffa0000000L, 0xffffffffff000000L), params.range());
        assertEquals(1520L << 20, params.range().bytes());
      }
    }
  }

  @Seeded
  void params_kaslr_baseIsOneDrawOfTheLayout(RandomValues values) {
    var layout = arch.defaultKernel(true, values.anyLong());
    var ranges = new HashSet<AddressRange>();
    for (var type : ModMemType.values()) {
      for (var purpose : Purpose.values()) {
        ranges.add(arch.params(layout, type, purpose).range());
      }
    }
    assertEquals(1, ranges.size());
    var range = ranges.iterator().next();
    long pages = (range.start() - 0xffffffffc0000000L) / 4096;
    assertTrue(pages >= 1 && pages <= 1024 && range.start() % 4096 == 0, range.toString());
    assertEquals(0xffffffffff000000L, range.end());
  }

  @Seeded
  void defaultKernel_kaslr_imageStaysInItsAreaAndReachesModules(RandomValues values) {
    long seed = values.anyLong();
    var layout = arch.defaultKernel(true, seed);
    assertEquals(layout, arch.defaultKernel(true, seed));
    var area = new AddressRange(0xffffffff80000000L, 0xffffffff80000000L + GIB);
    assertTrue(area.contains(layout.image().start()) && area.contains(layout.image().end() - 1));
    assertEquals(0, layout.image().start() % (2 << 20));
    var vmalloc = layout.vmalloc();
    assertEquals(0, vmalloc.start() % GIB);
    assertTrue(Long.compareUnsigned(vmalloc.end(), 0xfffffe0000000000L) <= 0, vmalloc.toString());
    var text = arch.params(layout, ModMemType.TEXT, Purpose.MODULES).range();
    assertTrue(text.end() - layout.image().start() <= arch.directCallReachBytes());
  }

  @Seeded
  void encode_withinReach_displacementCountsFromTheEnd(RandomValues values) {
    int displacement = values.anyInt();
    long address = values.anyLong();
    long target = address + 5 + displacement;
    byte[] call = poke.encode(new Instruction.Call(target), address);
    byte[] jump = poke.encode(new Instruction.Jump(target), address);
    String bytes = HexFormat.of().toHexDigits(Integer.reverseBytes(displacement));
    assertEquals("e8" + bytes, HexFormat.of().formatHex(call));
    assertEquals("e9" + bytes, HexFormat.of().formatHex(jump));
  }

  @Test
  void encode_outOfReach_names_both_addresses() {
    long from = 0x7f0000000000L;
    var jump = new Instruction.Jump(from + 5 + (1L << 31));
    var e = assertThrows(JitAllocException.class, () -> poke.encode(jump, from));
    assertEquals(JitAllocException.Reason.UNREACHABLE, e.reason());
    assertTrue(
        e.getMessage().contains("from=0x7f0000000000 to=0x7f0080000005 distance=2147483648"),
        e.getMessage());
    assertEquals(5, poke.encode(new Instruction.Jump(from + 4 + (1L << 31)), from).length);
  }

  @Test
  void encode_raw_1to15Bytes() {
    byte[] raw = {0x55};
    assertArrayEquals(raw, poke.encode(new Instruction.Raw(raw), 0));
    var empty = new Instruction.Raw(new byte[0]);
    var tooLong = new Instruction.Raw(new byte[16]);
    assertThrows(JitAllocException.class, () -> poke.encode(empty, 0));
    assertThrows(JitAllocException.class, () -> poke.encode(tooLong, 0));
  }
}
