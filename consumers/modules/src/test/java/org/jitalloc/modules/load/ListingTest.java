package org.jitalloc.modules.load;

import static org.jitalloc.modules.load.Workshop.memory;
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
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.SymbolMap;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.file.FileContent;
import org.jitalloc.modules.listing.KernelListing;
import org.jitalloc.modules.listing.SysfsListing;
import org.jitalloc.modules.load.Workshop.Machine;
import org.jitalloc.modules.symbols.SymbolTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ListingTest {
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

  @ParameterizedTest
  @EnumSource
  void anAddress_isNamedAsStacksNameIt(Machine machine) throws IOException {
    var workshop = new Workshop(machine, folder);
    LoadedModule module = workshop.load("named", SYMBOLS);
    JitMemory text = memory(module, ModMemType.TEXT);
    long first = module.symbols().find("first").orElseThrow();
    assertEquals(Optional.of("first+0x0/0x10 [named]"), at(workshop, first));
    assertEquals(Optional.of("first+0xf/0x10 [named]"), at(workshop, first + 15));
    assertEquals(Optional.of("same+0x0/0x10 [named]"), at(workshop, first + 16));
    assertEquals(Optional.of("same+0x9/0x10 [named]"), at(workshop, first + 25));
    long end = text.address() + text.bytes();
    long feeble = first + 32;
    assertEquals(
        Optional.of("feeble+0x1/0x%x [named]".formatted(end - feeble)), at(workshop, feeble + 1));
    assertEquals(Optional.empty(), at(workshop, module.symbols().find("variable").orElseThrow()));
    assertEquals(Optional.empty(), at(workshop, 0x1000));
    assertSame(module, workshop.loader.moduleAt(text.address()).orElseThrow());
    module.close();
    assertEquals(Optional.empty(), workshop.loader.moduleAt(text.address()));
    assertEquals(Optional.empty(), at(workshop, first));
  }

  private static Optional<String> at(Workshop workshop, long address) {
    return KernelListing.byAddress(workshop.loader, address);
  }

  @ParameterizedTest
  @EnumSource
  void symbols_areListedWithTheirLetters(Machine machine) throws IOException {
    var workshop = new Workshop(machine, folder);
    LoadedModule module = workshop.load("lettered", SYMBOLS + machine.export("second"));
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
    assertEquals(second, KernelListing.byName(workshop.loader, "second"));
    assertEquals(second, KernelListing.byName(workshop.loader, "lettered:second"));
    assertEquals(List.of(), KernelListing.byName(workshop.loader, "secon"));
    assertEquals(List.of(), KernelListing.byName(workshop.loader, "other:second"));
  }

  private static String line(LoadedModule module, char letter, String name) {
    return "%016x %s %s\t[%s]"
        .formatted(module.symbols().find(name).orElseThrow(), letter, name, module.name());
  }

  /** Enough of a kernel module to be taken for one, with two parameters. */
  static String kernelModule(Machine machine) {
    return """
    .section .gnu.linkonce.this_module,"aw"
    .balign 64
    POINTER(init_module)
    .section .modinfo,"a"
    .asciz "license=Proprietary"
    .asciz "version=1.2"
    .asciz "parmtype=depth:int"
    .asciz "parmtype=label:charp"
    .asciz "parmtype=secret:uint"
    .section __param,"a"
    .balign 8
    POINTER(.Ldepth)
    .quad 0
        POINTER(param_ops_int)
    PERM(0444)
    POINTER(depth)
    POINTER(.Llabel)
    .quad 0
        POINTER(param_ops_charp)
    PERM(0644)
    POINTER(label)
    POINTER(.Lsecret)
    .quad 0
        POINTER(param_ops_uint)
    PERM(0)
    POINTER(depth)
    .section .rodata,"a"
    .Ldepth: .asciz "depth"
    .Llabel: .asciz "label"
    .Lsecret: .asciz "secret"
    .Ltext: .asciz "a word"
    .data
    .balign 8
    depth: .long -7, 0
    label: POINTER(.Ltext)
    .text
    .globl init_module
    init_module: NOP
    """
        .replaceAll("PERM\\((\\d+)\\)", ".short $1\n.byte 0, 0\n.long 0")
        .replaceAll("POINTER\\(([^)]+)\\)", machine.address("$1"))
        .replace("NOP", machine.nop);
  }

  @ParameterizedTest
  @EnumSource
  void filesOfTheKernel_tellOfModules(Machine machine) throws IOException {
    var workshop = new Workshop(machine, folder);
    String source = kernelModule(machine) + machine.export("init_module");
    var kernel =
        SymbolMap.of(
            Map.of(
                "param_ops_int", 0x1000L, "param_ops_charp", 0x1000L, "param_ops_uint", 0x1000L));
    LoadedModule base =
        workshop.loader.load(
            workshop.assemble("base", source), LoadOptions.DEFAULTS.withKernel(kernel));
    String uses =
        """
        .data
        %s
        """
            .formatted(machine.address("init_module"));
    LoadedModule user = workshop.load("user", uses);
    long baseBytes = base.memories().stream().mapToLong(JitMemory::bytes).sum();
    long userBytes = user.memories().stream().mapToLong(JitMemory::bytes).sum();
    assertEquals(
        """
        user %d 0 - Live 0x0000000000000000
        base %d 1 user,[permanent], Live 0x%016x (PO)
        """
            .formatted(userBytes, baseBytes, memory(base, ModMemType.TEXT).address()),
        KernelListing.procModules(workshop.loader));
    assertEquals(
        """
        Module                  Size  Used by
        user                %8d  0
        base                %8d  1 user
        """
            .formatted(userBytes, baseBytes),
        KernelListing.lsmod(workshop.loader));
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

  /** Reads the symbols of a kernel module where a kernel would have them. */
  @ParameterizedTest
  @EnumSource
  void symbolsOfAKernelModule_areInItsData_asTheKernelHasThem(Machine machine) throws IOException {
    var workshop = new Workshop(machine, folder);
    Path file = workshop.assemble("kept", new KernelModuleSource(machine, "license=GPL") + SYMBOLS);
    LoadedModule module = workshop.loader.load(file, LoadOptions.DEFAULTS);
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
            .order(workshop.allocator.target().byteOrder());
    assertEquals(0, bytes.getLong(at));
    for (int i = 1; i < count; i++) {
      int entry = at + 24 * i;
      String name = names.get(i - 1);
      byte[] found = new byte[name.length() + 1];
      bytes.get(at + 24 * count + bytes.getInt(entry), found);
      assertEquals(name + "\0", new String(found, StandardCharsets.UTF_8));
      assertEquals(symbols.address(i - 1), bytes.getLong(entry + 8), name);
      assertEquals(symbols.letter(i - 1), bytes.get((int) data.bytes() - count + i), name);
    }
    module.close();
    assertSame(symbols, module.symbols(), "what was read is still known");
    workshop.requireNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void symbolsOfAKernelModule_areAllInItsInitData_whileThatStays(Machine machine)
      throws IOException {
    var workshop = new Workshop(machine, folder);
    Path file =
        workshop.assemble("whole", new KernelModuleSource(machine, "license=GPL") + SYMBOLS);
    LoadedModule module = workshop.loader.load(file, LoadOptions.DEFAULTS.withKeepInit(true));
    SymbolTable symbols = module.symbols();
    assertEquals('t', symbols.letter(symbols.all("gone").findFirst().orElseThrow()));
    ElfObject object = ElfObject.read(FileContent.read(file).bytes());
    JitMemory init = memory(module, ModMemType.INIT_DATA);
    byte[] all = new byte[object.symbolNamesBytes()];
    object.copySymbolNames(all, 0);
    int count = object.symbolCount();
    assertArrayEquals(all, init.read(24L * count, all.length));
    assertEquals((24 * count + all.length + 7 & -8) + 32 + count, init.bytes());
    module.close();
    workshop.requireNothingLeft();
  }

  @Test
  void notes_areListedAsBytes() throws IOException {
    var workshop = new Workshop(Machine.AMD64, folder);
    LoadedModule module =
        workshop.load("noted", ".section .note.build,\"a\",@note\n.long 4, 2, 3\n.byte 1, 0xab\n");
    var files = SysfsListing.files(module);
    assertEquals("04000000020000000300000001ab", files.get("notes/.note.build"));
    assertFalse(files.containsKey("notes/.text"), files::toString);
    module.close();
    assertFalse(SysfsListing.files(module).containsKey("notes/.note.build"));
  }
}
