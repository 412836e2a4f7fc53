package org.jitalloc.kmod.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.tck.module.KernelModuleSource;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.kmod.testing.KmodFixture;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.SymbolMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ListingTest {
  /** Two functions of 16 bytes, mapping symbols that are no functions, data of each type. */
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

  @ParameterizedTest
  @EnumSource
  void anAddress_isNamedAsStacksNameIt(ModuleAssembler machine) throws IOException {
    var image = KmodFixture.of(machine, folder);
    LoadedModule module = image.load("named", SYMBOLS);
    JitMemory text = memory(module, ModMemType.TEXT);
    long first = module.symbols().find("first").orElseThrow();
    assertEquals(Optional.of("first+0x0/0x10 [named]"), at(image, first));
    assertEquals(Optional.of("first+0xf/0x10 [named]"), at(image, first + 15));
    assertEquals(Optional.of("same+0x0/0x10 [named]"), at(image, first + 16));
    assertEquals(Optional.of("same+0x9/0x10 [named]"), at(image, first + 25));
    long end = text.address() + text.bytes();
    long feeble = first + 32;
    assertEquals(
        Optional.of("feeble+0x1/0x%x [named]".formatted(end - feeble)), at(image, feeble + 1));
    assertEquals(Optional.empty(), at(image, module.symbols().find("variable").orElseThrow()));
    assertEquals(Optional.empty(), at(image, 0x1000));
    assertSame(module, image.loader().moduleAt(text.address()).orElseThrow());
    module.close();
    assertEquals(Optional.empty(), image.loader().moduleAt(text.address()));
    assertEquals(Optional.empty(), at(image, first));
  }

  private static Optional<String> at(KmodFixture image, long address) {
    return KernelListing.byAddress(image.loader(), address);
  }

  @ParameterizedTest
  @EnumSource
  void symbols_areListedWithTheirLetters(ModuleAssembler machine) throws IOException {
    var image = KmodFixture.of(machine, folder);
    LoadedModule module = image.load("lettered", SYMBOLS + machine.export("second"));
    List<String> lines = KernelListing.kallsyms(module).lines().toList();
    assertTrue(lines.contains(line(module, 't', "first")), lines::toString);
    assertTrue(lines.contains(line(module, 'T', "second")), lines::toString);
    assertTrue(lines.contains(line(module, 't', "$x")), lines::toString);
    assertTrue(lines.contains(line(module, 'w', "feeble")), lines::toString);
    assertTrue(lines.contains(line(module, 'r', "constant")), lines::toString);
    assertTrue(lines.contains(line(module, 'd', "variable")), lines::toString);
    assertTrue(lines.contains(line(module, 'b', "nothing")), lines::toString);
    assertTrue(lines.contains(line(module, 'a', "each")), lines::toString);
    assertTrue(lines.contains("0000000000000001 a some\t[lettered]"), lines::toString);
    assertFalse(lines.toString().contains("gone"), "init memory is freed");
    List<String> second = List.of(line(module, 'T', "second"));
    assertEquals(second, KernelListing.byName(image.loader(), "second"));
    assertEquals(second, KernelListing.byName(image.loader(), "lettered:second"));
    assertEquals(List.of(), KernelListing.byName(image.loader(), "secon"));
    assertEquals(List.of(), KernelListing.byName(image.loader(), "other:second"));
  }

  private static String line(LoadedModule module, char letter, String name) {
    return "%016x %s %s\t[%s]"
        .formatted(module.symbols().find(name).orElseThrow(), letter, name, module.name());
  }

  @ParameterizedTest
  @EnumSource
  void filesOfTheKernel_tellOfModules(ModuleAssembler machine) throws IOException {
    var image = KmodFixture.of(machine, folder);
    String source = KernelModuleSource.withParameters(machine) + machine.export("init_module");
    var kernel =
        SymbolMap.of(
            Map.of(
                "param_ops_int", 0x1000L, "param_ops_charp", 0x1000L, "param_ops_uint", 0x1000L));
    LoadedModule base =
        image
            .loader()
            .load(image.assemble("base", source), LoadOptions.DEFAULTS.withKernel(kernel));
    String uses =
        """
        .data
        %s
        """
            .formatted(machine.address("init_module"));
    LoadedModule user = image.load("user", uses);
    long baseBytes = base.memories().stream().mapToLong(JitMemory::bytes).sum();
    long userBytes = user.memories().stream().mapToLong(JitMemory::bytes).sum();
    assertEquals(
        """
        user %d 0 - Live 0x0000000000000000
        base %d 1 user,[permanent], Live 0x%016x (PO)
        """
            .formatted(userBytes, baseBytes, memory(base, ModMemType.TEXT).address()),
        KernelListing.procModules(image.loader()));
    assertEquals(
        """
        Module                  Size  Used by
        user                %8d  0
        base                %8d  1 user
        """
            .formatted(userBytes, baseBytes),
        KernelListing.lsmod(image.loader()));
    var files = SysfsListing.files(base);
    assertEquals(String.valueOf(baseBytes), files.get("coresize"));
    assertEquals("0", files.get("initsize"));
    assertEquals("live", files.get("initstate"));
    assertEquals("1", files.get("refcnt"));
    assertEquals("PO", files.get("taint"));
    assertEquals("1.2", files.get("version"));
    assertEquals("", files.get("holders/user"));
    assertEquals("-7", files.get("parameters/depth"));
    assertEquals("a word", files.get("parameters/label"));
    assertFalse(files.containsKey("parameters/secret"), files::toString);
    assertEquals(
        "0x%016x".formatted(memory(base, ModMemType.TEXT).address()), files.get("sections/.text"));
  }

  @Test
  void notes_areListedAsBytes() throws IOException {
    var image = KmodFixture.of(ModuleAssembler.AMD64, folder);
    LoadedModule module =
        image.load("noted", ".section .note.build,\"a\",@note\n.long 4, 2, 3\n.byte 1, 0xab\n");
    var files = SysfsListing.files(module);
    assertEquals("04000000020000000300000001ab", files.get("notes/.note.build"));
    assertFalse(files.containsKey("notes/.text"), files::toString);
    module.close();
    assertFalse(SysfsListing.files(module).containsKey("notes/.note.build"));
  }

  private static JitMemory memory(LoadedModule module, ModMemType type) {
    return module.memories().stream()
        .filter(memory -> memory.type() == type)
        .findFirst()
        .orElseThrow();
  }
}
