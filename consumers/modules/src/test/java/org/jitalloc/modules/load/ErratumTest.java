package org.jitalloc.modules.load;

import static org.jitalloc.modules.load.ImageFixture.memory;
import static org.jitalloc.modules.load.ImageFixture.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.SymbolMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No ADRP at the end of a page, for Cortex-A53 (erratum 843419). */
class ErratumTest {
  private static final int WORKAROUND = 54;
  private static final long FAR = 0xffff_8000_0812_3456L;

  /** As the linker script of modules makes them. */
  private static final String TABLES =
      """
      .section .plt,"ax",%progbits
      .byte 0
      .section .init.plt,"ax",%progbits
      .byte 0
      .text
      """;

  @TempDir Path folder;

  private static LoadOptions options(Map<String, Long> kernel) {
    return LoadOptions.DEFAULTS.withKernel(SymbolMap.of(kernel));
  }

  private static LoadOptions careful(Map<String, Long> kernel) {
    return options(kernel).withCpuFeatures(Set.of(WORKAROUND));
  }

  /** Code of a module, and as much of a processor as it takes to follow it. */
  private static final class Code {
    final long start;
    final ByteBuffer text;
    final long[] registers = new long[32];

    Code(LoadedModule module) {
      JitMemory memory = memory(module, ModMemType.TEXT);
      start = memory.address();
      text = ByteBuffer.wrap(memory.read(0, (int) memory.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    }

    static boolean isAdrp(int insn) {
      return (insn & 0x9f000000) == 0x90000000;
    }

    /** How many ADRP stand in the last two words of a page. */
    long adrpAtEnds() {
      return IntStream.range(0, text.limit() / 4)
          .filter(i -> (start + 4L * i & 0xfff) >= 0xff8 && isAdrp(text.getInt(4 * i)))
          .count();
    }

    /** Runs up to an address. */
    void run(long from, long to) {
      long at = from;
      for (int steps = 0; at != to && steps < 100_000; steps++) {
        int insn = text.getInt((int) (at - start));
        at += step(at, insn);
      }
      assertEquals(to, at, () -> "lost its way from 0x%x".formatted(from));
    }

    private long step(long at, int insn) {
      int to = insn & 31;
      int pages = ((insn >> 5 & 0x7ffff) << 2 | insn >>> 29 & 3) << 11 >> 11;
      long distance = pages;
      if (isAdrp(insn)) {
        registers[to] = (at & -4096) + (distance << 12);
      } else if ((insn & 0x9f000000) == 0x10000000) {
        registers[to] = at + distance;
      } else if ((insn & 0xffc00000) == 0x91000000) {
        registers[to] = registers[insn >> 5 & 31] + (insn >> 10 & 0xfff);
      } else if ((insn & 0xfc000000) == 0x14000000) {
        return (long) (insn << 6 >> 6) << 2;
      } else {
        assertEquals(0xd503201f, insn, () -> "%08x at 0x%x".formatted(insn, at));
      }
      return 4;
    }
  }

  @Test
  void adrp_atTheEndOfAPage_becomesAdr_orGoesThroughASlot() throws Exception {
    var image = new ImageFixture(ModuleAssembler.ARM64, folder);
    Path file =
        image.assemble(
            "ends",
            TABLES
                + """
                .balign 4096
                .rept 1022
                nop
                .endr
                adrp x1, near
                adrp x2, far
                add x2, x2, :lo12:far
                near: ret
                """);
    Map<String, Long> kernel = Map.of("far", FAR);
    try (LoadedModule module = image.loader.load(file, options(kernel))) {
      assertEquals(2, new Code(module).adrpAtEnds());
    }
    try (LoadedModule module = image.loader.load(file, careful(kernel))) {
      var code = new Code(module);
      assertEquals(0, code.adrpAtEnds());
      long text = section(module, ".text");
      code.run(text, text + 4096 + 4);
      assertEquals(text + 4096, code.registers[1]);
      assertEquals(FAR, code.registers[2]);
      int plt = (int) (section(module, ".plt") - code.start);
      assertTrue(Code.isAdrp(code.text.getInt(plt)), "no slot was used");
    }
    image.requireNothingLeft();
  }

  @Test
  void adrp_thatNeedNotBeAtTheEnd_isKeptFromThereByTheSectionsAlignment() throws Exception {
    var image = new ImageFixture(ModuleAssembler.ARM64, folder);
    String source =
        TABLES
            + """
            .section .text.first,"ax"
            nop
            .section .text.second,"ax"
            .rept 510
            nop
            .endr
            adrp x1, far
            add x1, x1, :lo12:far
            ret
            """;
    Path file = image.assemble("aligned", source);
    Map<String, Long> kernel = Map.of("far", FAR);
    try (LoadedModule module = image.loader.load(file, options(kernel))) {
      assertNotEquals(0, section(module, ".text.second") & 0xfff);
    }
    try (LoadedModule module = image.loader.load(file, careful(kernel))) {
      long second = section(module, ".text.second");
      assertEquals(0, second & 0xfff);
      var code = new Code(module);
      assertTrue(Code.isAdrp(code.text.getInt((int) (second + 0x7f8 - code.start))));
      code.run(second, second + 0x800);
      assertEquals(FAR, code.registers[1]);
    }
    image.requireNothingLeft();
  }

  @Test
  void slots_thatWouldBeginAtTheEndOfAPage_arePassedOver() throws Exception {
    var image = new ImageFixture(ModuleAssembler.ARM64, folder);
    int count = 1100;
    String calls =
        IntStream.range(0, count)
            .mapToObj(i -> "b f%d\n".formatted(i))
            .collect(Collectors.joining());
    Path file = image.assemble("slots", TABLES + calls);
    var kernel = new TreeMap<String, Long>();
    IntStream.range(0, count).forEach(i -> kernel.put("f" + i, FAR + 16L * i));
    try (LoadedModule module = image.loader.load(file, options(kernel))) {
      assertNotEquals(0, new Code(module).adrpAtEnds());
    }
    try (LoadedModule module = image.loader.load(file, careful(kernel))) {
      var code = new Code(module);
      assertEquals(0, code.adrpAtEnds());
      assertEquals(count, module.pltSlots());
      for (int i = 0; i < count; i++) {
        long call = section(module, ".text") + 4L * i;
        long slot = call + code.step(call, code.text.getInt((int) (call - code.start)));
        code.run(slot, slot + 8);
        assertEquals(FAR + 16L * i, code.registers[16], "f" + i);
        assertEquals(0xd61f0200, code.text.getInt((int) (slot + 8 - code.start)));
      }
    }
    image.requireNothingLeft();
  }

  @Test
  void everyPlaceOfAPage_isSafe() throws Exception {
    var image = new ImageFixture(ModuleAssembler.ARM64, folder);
    String pages = ".balign 8\n.rept 4096\nadrp x3, far\n.endr\nadd x3, x3, :lo12:far\nret\n";
    Path file = image.assemble("pages", TABLES + pages);
    try (LoadedModule module = image.loader.load(file, careful(Map.of("far", FAR)))) {
      var code = new Code(module);
      assertEquals(0, code.adrpAtEnds());
      long text = section(module, ".text");
      for (int i = 0; i < 4096; i++) {
        code.registers[3] = 0;
        code.run(text + 4L * i, text + 4L * i + 4);
        assertEquals(FAR & -4096, code.registers[3]);
      }
    }
    image.requireNothingLeft();
  }

  @Test
  void slots_areLoaded_evenIfTheFileSaysTheirSectionIsNot() throws Exception {
    var image = new ImageFixture(ModuleAssembler.ARM64, folder);
    Path file =
        image.assemble(
            "unsaid",
            ".section .plt,\"\",%progbits\n.byte 0\n.section .data..percpu,\"aw\"\n.quad 1\n"
                + ".text\nb far\nb farther\n");
    Map<String, Long> kernel = Map.of("far", FAR, "farther", FAR + 16);
    try (LoadedModule module = image.loader.load(file, options(kernel))) {
      assertEquals(2, module.pltSlots());
      assertNotEquals(0, section(module, ".plt"));
    }
    image.requireNothingLeft();
  }
}
