package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jitalloc.AccessViolationException;
import org.jitalloc.ImageMemory;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleSection;
import org.jitalloc.modules.ModuleState;
import org.jitalloc.modules.RelocationObserver.Content;
import org.jitalloc.modules.RelocationObserver.Relocated;
import org.jitalloc.modules.SymbolMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LoaderTest {
  private static final String SECTIONS =
      """
      .section .init.text,"ax"; NOP
      .section .init.data,"aw"; .quad 1
      .section .init.rodata,"a"; .quad 2
      .text; NOP; NOP
      .section .exit.text,"ax"; NOP
      .section .rodata,"a"; .balign 64; .quad 3
      .section __jump_table,"aw"; .quad 4
      .data; .quad 5
      .section .data..percpu,"aw"; .balign 64; .quad 6
      .section .modinfo,"a"; .asciz "license=GPL"
      .section .comment; .asciz "not loaded"
      .bss; .quad 0
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void sections_areInTheMemoryOfTheirType(ModuleAssembler machine) throws IOException {
    var image = new ImageFixture(machine, folder);
    var options = LoadOptions.DEFAULTS.withKeepInit(true);
    Path file = image.assemble("sections", SECTIONS.replace("NOP", machine.nop()));
    LoadedModule module = image.loader.load(file, options);
    var types = new java.util.TreeMap<String, String>();
    for (ModuleSection section : module.sections()) {
      types.put(section.name(), String.valueOf(section.type()));
    }
    assertEquals(
        Map.ofEntries(
            Map.entry(".init.text", "INIT_TEXT"),
            Map.entry(".init.data", "INIT_DATA"),
            Map.entry(".init.rodata", "INIT_RODATA"),
            Map.entry(".text", "TEXT"),
            Map.entry(".exit.text", "TEXT"),
            Map.entry(".rodata", "RODATA"),
            Map.entry("__jump_table", "RO_AFTER_INIT"),
            Map.entry(".data", "DATA"),
            Map.entry(".bss", "DATA"),
            Map.entry(".data..percpu", "null")),
        types);
    assertEquals(7, module.memories().size());
    requirePermissions(image.allocator.image().orElseThrow(), module);
    module.close();
    image.requireNothingLeft();
  }

  private static void requirePermissions(ImageMemory memory, LoadedModule module) {
    var memories = new EnumMap<ModMemType, JitMemory>(ModMemType.class);
    module.memories().forEach(m -> memories.put(m.type(), m));
    memories.forEach(
        (type, m) -> {
          boolean writable = type.isWritable() || type == ModMemType.RO_AFTER_INIT;
          requireAllowed(writable, () -> memory.store(m.address(), memory.load(m.address(), 1)));
          requireAllowed(type.isText(), () -> memory.fetch(m.address(), 1));
        });
  }

  private static void requireAllowed(boolean allowed, Runnable access) {
    if (allowed) {
      access.run();
    } else {
      assertThrows(AccessViolationException.class, access::run);
    }
  }

  @ParameterizedTest
  @EnumSource
  void afterInit_initMemoryIsFree_andTheRestIsSealed(ModuleAssembler machine) throws IOException {
    var image = new ImageFixture(machine, folder);
    LoadedModule module = image.load("sections", SECTIONS.replace("NOP", machine.nop()));
    assertEquals(ModuleState.LIVE, module.state());
    assertEquals(
        Set.of(ModMemType.TEXT, ModMemType.RODATA, ModMemType.RO_AFTER_INIT, ModMemType.DATA),
        Set.copyOf(module.memories().stream().map(JitMemory::type).toList()));
    ImageMemory memory = image.allocator.image().orElseThrow();
    JitMemory sealed = ImageFixture.memory(module, ModMemType.RO_AFTER_INIT);
    requireAllowed(false, () -> memory.store(sealed.address(), new byte[1]));
    module.close();
    image.requireNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsInMemory_isWhatWasRelocated(ModuleAssembler machine) throws IOException {
    var image = new ImageFixture(machine, folder);
    var seen = new ArrayList<Relocated>();
    var options =
        LoadOptions.DEFAULTS
            .withObserver(seen::add)
            .withKernel(SymbolMap.of(Map.of("outside", 0x1234567890L)));
    Path file = image.assemble("pointers", ".data\nhere: .quad 0\n" + machine.address("outside+4"));
    LoadedModule module = image.loader.load(file, options);
    assertEquals(Map.of("outside", 0x1234567890L), seen.getFirst().symbols());
    for (Content content : seen.getFirst().sections()) {
      byte[] bytes = content.bytes();
      if (bytes.length > 0) {
        ImageMemory memory = image.allocator.image().orElseThrow();
        assertArrayEquals(bytes, memory.load(content.section().address(), bytes.length));
        var words = ByteBuffer.wrap(bytes).order(image.allocator.target().byteOrder());
        assertEquals(0x1234567894L, words.getLong(8));
      }
    }
    module.close();
    image.requireNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void exports_areSeenByLaterModules_whichKeepThemLoaded(ModuleAssembler machine)
      throws IOException {
    var image = new ImageFixture(machine, folder);
    String exporter = ".globl shared\n.data\n.quad 0\nshared: .quad 7\n" + machine.export("shared");
    LoadedModule provider = image.load("provider", exporter);
    assertEquals("shared", provider.exports().getFirst().name());
    LoadedModule user = image.load("user", ".data\n" + machine.address("shared"));
    assertEquals(Set.of("user"), provider.users());
    assertEquals(Set.of("provider"), user.uses());
    long address = provider.exports().getFirst().address();
    ImageMemory memory = image.allocator.image().orElseThrow();
    var order = image.allocator.target().byteOrder();
    assertEquals(7, ByteBuffer.wrap(memory.load(address, 8)).order(order).getLong());
    byte[] pointer = memory.load(user.memories().getFirst().address(), 8);
    assertEquals(address, ByteBuffer.wrap(pointer).order(order).getLong());

    assertEquals(Reason.IN_USE, reason(provider::close));
    assertEquals(List.of(provider, user), image.loader.modules());
    assertEquals(
        Reason.ALREADY_EXPORTED,
        assertThrows(ModuleException.class, () -> image.load("other", exporter)).reason());
    user.close();
    provider.close();
    provider.close();
    image.requireNothingLeft();
    assertEquals(
        Reason.UNKNOWN_SYMBOL,
        assertThrows(
                ModuleException.class,
                () -> image.load("late", ".data\n" + machine.address("shared")))
            .reason());
    image.requireNothingLeft();
  }

  private static Reason reason(Runnable action) {
    return assertThrows(ModuleException.class, action::run).reason();
  }

  @Test
  void aSecondModuleOfOneName_isRefusedBeforeItGetsMemory() throws IOException {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    LoadedModule first = image.load("same-name", ".data\n.quad 1\n");
    assertSame(first, image.loader.module("same-name").orElseThrow());
    assertEquals("same_name", first.name());
    long allocated = image.allocator.stats().allocated();
    assertEquals(
        Reason.ALREADY_LOADED,
        assertThrows(ModuleException.class, () -> image.load("same-name", ".data\n.quad 2\n"))
            .reason());
    assertEquals(allocated, image.allocator.stats().allocated());
    assertEquals(1, image.loader.stats().failedBecoming());
    first.close();
    image.load("same-name", ".data\n.quad 2\n").close();
    image.requireNothingLeft();
  }

  @Test
  void refusals_sayWhatIsWrong_andLeaveNothing() throws IOException {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    refuse(image, Reason.WRITABLE_CODE, "section .wx (index 4)", ".section .wx,\"awx\"; nop");
    refuse(image, Reason.UNKNOWN_SYMBOL, "nobody is defined neither", ".data; .quad nobody");
    refuse(image, Reason.UNSUPPORTED, "uncommon is a common symbol", ".comm uncommon,8");
    refuse(
        image,
        Reason.RELOCATION,
        "OUT_OF_RANGE: R_X86_64_32 at .data+0x8 (0xffffffffa",
        ".data; .quad 0; here: .long here+1");
    refuse(
        image,
        Reason.RELOCATION,
        "UNSUPPORTED_TYPE: R_X86_64_TPOFF32 at .data+0x0",
        ".data; .reloc 0,R_X86_64_TPOFF32,x; .quad 0; .globl x; x: .quad 0");
    refuse(
        image,
        Reason.RELOCATION,
        "NO_ADDRESS: R_X86_64_64 at .data+0x0",
        ".data; .quad there; .section .gone; there: .quad 0");
    refuse(
        image,
        Reason.RELOCATION,
        "NOT_EMPTY: R_X86_64_64 at .data+0x0",
        ".data; .reloc 0,R_X86_64_64,x; .quad 77; .globl x; x: .quad 0");
    Path none = folder.resolve("none.ko");
    assertEquals(Reason.UNREADABLE, reason(() -> image.loader.load(none, LoadOptions.DEFAULTS)));
    Path text = Files.writeString(folder.resolve("text.ko"), "this is no object file at all");
    assertEquals(Reason.NOT_A_MODULE, reason(() -> image.loader.load(text, LoadOptions.DEFAULTS)));
    Path foreign =
        new ImageFixture(ModuleAssembler.S390X, folder).assemble("foreign", ".data; .quad 1");
    assertEquals(
        Reason.NOT_A_MODULE, reason(() -> image.loader.load(foreign, LoadOptions.DEFAULTS)));
    image.requireNothingLeft();
  }

  private static void refuse(ImageFixture image, Reason reason, String message, String source)
      throws IOException {
    Path file = image.assemble("refused", source + "\n");
    var refusal =
        assertThrows(ModuleException.class, () -> image.loader.load(file, LoadOptions.DEFAULTS));
    assertEquals(reason, refusal.reason(), refusal::getMessage);
    assertTrue(String.valueOf(refusal.getMessage()).contains(message), refusal::getMessage);
    image.requireNothingLeft();
  }
}
