package org.jitalloc.modules.load;

import static org.jitalloc.modules.load.ImageFixture.memory;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.tck.module.KernelModuleSource;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.file.FileContent;
import org.jitalloc.modules.symbols.SymbolTable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Symbols are where a kernel has them. */
final class StoredSymbolsTest {
  /** Two functions of 16 bytes, marks that are no functions, data of each kind. */
  private static final String SYMBOLS =
      """
      .text
      .balign 16
      .globl first
      .type first, STT_FUNC
      first: .fill 16, 1, 0
      .globl same
      same:
      .globl second
      second: .fill 8, 1, 0
      "$x": .fill 8, 1, 0
      .weak feeble
      feeble: .fill 16, 1, 0
      .section .rodata,"a"
      constant: .quad 1
      .data
      variable: .quad 2
      .bss
      nothing: .quad 0
      .section .data..percpu,"aw"
      each: .quad 3
      .section .init.text,"ax"
      gone: .fill 16, 1, 0
      """;

  @TempDir Path folder;

  /** Reads the symbols of a kernel module where a kernel would have them. */
  @ParameterizedTest
  @EnumSource
  void symbolsOfAKernelModule_areInItsData_asTheKernelHasThem(ModuleAssembler machine)
      throws IOException {
    var image = new ImageFixture(machine, folder);
    Path file = image.assemble("kept", new KernelModuleSource(machine, "license=GPL") + SYMBOLS);
    LoadedModule module = image.loader.load(file, LoadOptions.DEFAULTS);
    SymbolTable symbols = module.symbols();
    List<String> names = IntStream.range(0, symbols.count()).mapToObj(symbols::name).toList();
    assertTrue(
        names.containsAll(
            List.of("first", "same", "second", "$x", "feeble", "constant", "variable", "each")),
        names::toString);
    assertFalse(names.contains("gone"), "init memory is freed");
    JitMemory data = memory(module, ModMemType.DATA);
    int count = names.size() + 1;
    int nameBytes = 1 + names.stream().mapToInt(name -> name.length() + 1).sum();
    int at = (int) data.bytes() - count - nameBytes - 24 * count;
    assertEquals(0, at % 8);
    ByteBuffer bytes =
        ByteBuffer.wrap(data.read(0, (int) data.bytes()))
            .order(image.allocator.target().byteOrder());
    assertEquals(0, bytes.getLong(at));
    for (int i = 1; i < count; i++) {
      int entry = at + 24 * i;
      String name = names.get(i - 1);
      var found = new byte[name.length() + 1];
      bytes.get(at + 24 * count + bytes.getInt(entry), found);
      assertEquals(name + "\0", new String(found, StandardCharsets.UTF_8));
      assertEquals(symbols.address(i - 1), bytes.getLong(entry + 8), name);
      assertEquals(symbols.letter(i - 1), bytes.get((int) data.bytes() - count + i), name);
    }
    module.close();
    assertSame(symbols, module.symbols(), "what was read is still known");
    image.requireNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void symbolsOfAKernelModule_areAllInItsInitData_whileThatStays(ModuleAssembler machine)
      throws IOException {
    var image = new ImageFixture(machine, folder);
    Path file = image.assemble("whole", new KernelModuleSource(machine, "license=GPL") + SYMBOLS);
    LoadedModule module = image.loader.load(file, LoadOptions.DEFAULTS.withKeepInit(true));
    SymbolTable symbols = module.symbols();
    assertEquals('t', symbols.letter(symbols.all("gone").findFirst().orElseThrow()));
    ElfObject object = ElfObject.read(FileContent.read(file).bytes());
    JitMemory init = memory(module, ModMemType.INIT_DATA);
    var all = new byte[object.symbolNamesBytes()];
    object.copySymbolNames(all, 0);
    int count = object.symbolCount();
    assertArrayEquals(all, init.read(24L * count, all.length));
    assertEquals((24 * count + all.length + 7 & -8) + 32 + count, init.bytes());
    module.close();
    image.requireNothingLeft();
  }
}
