package org.jitalloc.modules.load;

import static org.jitalloc.modules.load.ImageFixture.memory;
import static org.jitalloc.modules.load.ImageFixture.section;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.elf.UnwindTable;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.CodeFit;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodeTablesTest {
  private static final int FEATURE = 7;

  @TempDir Path folder;

  /** Eight bytes with an alternative of eight bytes, and an exception table in no order. */
  static String source(ModuleAssembler machine, int entries) {
    String lengths = machine == ModuleAssembler.S390X ? ".byte 8" : ".byte 8, 8";
    String text =
        machine == ModuleAssembler.ARM64 ? ".inst 0xd2800020, 0xd65f03c0" : ".byte 1,2,3,4,5,6,7,8";
    String other =
        machine == ModuleAssembler.ARM64
            ? ".inst 0xd503205f, 0xd503207f"
            : ".byte " + otherBytes(machine);
    return """
    .text
    site: %s
    first: .8byte 0
    second: .8byte 0
    on: .8byte 0
    .section .altinstr_replacement,"ax"
    other: %s
    .section .altinstructions,"a"
    .long site - .
    .long other - .
    .short %d
    %s
    .section __ex_table,"a"
    .long second - ., on - .
    .long 22
    .long first - ., on + 4 - .
    .long 11
    .skip %d
    """
        .formatted(text, other, FEATURE, lengths, entries);
  }

  /** Instructions that do not reach anything by a distance. */
  private static String otherBytes(ModuleAssembler machine) {
    return machine == ModuleAssembler.AMD64
        ? "0x48,0x89,0xc8,0x48,0x89,0xd1,0x90,0xc3"
        : "0x07,0x00,0x18,0x12,0x18,0x23,0x07,0xfe";
  }

  private static byte[] text(LoadedModule module, int from, int count) {
    JitMemory memory = memory(module, ModMemType.TEXT);
    return memory.read(section(module, ".text") + from - memory.address(), count);
  }

  @ParameterizedTest
  @EnumSource
  void alternatives_areListed_andTakenForTheProcessorThatIsNamed(ModuleAssembler machine)
      throws Exception {
    var image = new ImageFixture(machine, folder);
    Path file = image.assemble("alt", source(machine, 0));
    byte[] original;
    byte[] other;
    var listing = LoadOptions.DEFAULTS.withFixups(true);
    try (LoadedModule module = image.loader.load(file, listing)) {
      long site = section(module, ".text");
      long replacement = section(module, ".altinstr_replacement");
      assertEquals(
          List.of(new CodeFixup(Kind.ALTERNATIVE, site, 8, FEATURE, false, replacement, 8)),
          module.fixups());
      original = text(module, 0, 8);
      other = text(module, (int) (replacement - site), 8);
      assertFalse(Arrays.equals(original, other));
    }
    LoadOptions fitting = LoadOptions.DEFAULTS.withCpuFeatures(Set.of(1, FEATURE));
    try (LoadedModule module = image.loader.load(file, fitting)) {
      assertArrayEquals(other, text(module, 0, 8));
    }
    try (LoadedModule module =
        image.loader.load(file, LoadOptions.DEFAULTS.withCpuFeatures(Set.of(1)))) {
      assertArrayEquals(original, text(module, 0, 8));
    }
    image.requireNothingLeft();
  }

  /** Code as GNU as makes it where nothing has to be changed. */
  private static byte[] assembled(ImageFixture image, String code) throws Exception {
    try (LoadedModule module = image.load("expected", ".text\n" + code)) {
      return text(module, 0, module.sections().getFirst().bytes());
    }
  }

  private static LoadOptions fitting(Integer... features) {
    return LoadOptions.DEFAULTS.withAllowMissing(true).withCpuFeatures(Set.of(features));
  }

  @Test
  void staticCalls_areBoundBeforeTheCodeIsPublished_andAfterItIsShown() throws Exception {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    Path file =
        image.assemble(
            "calls",
            """
            .text
            call tramp
            jmp tramp
            call tramp0
            jmp tramp0
            call other_tramp
            function: ret
            .section .static_call.text,"ax"
            tramp: jmp function
            tramp0: ret
            .data
            key: .quad function, 0
            key0: .quad 0, 0
            .section .static_call_sites,"aw"
            .long .text - ., key - .
            .long .text + 5 - ., key + 1 - .
            .long .text + 10 - ., key0 - .
            .long .text + 15 - ., key0 + 1 - .
            .long .text + 20 - ., other_key - .
            """);
    byte[] expected =
        assembled(
            image,
            """
            call function
            jmp.d32 function
            .byte 0x0f, 0x1f, 0x44, 0, 0
            ret; int3; int3; int3; int3
            .skip 5
            function: ret
            """);
    var shown = new AtomicReference<byte[]>();
    LoadOptions options =
        fitting()
            .withObserver(
                relocated ->
                    relocated.sections().stream()
                        .filter(content -> content.section().name().equals(".text"))
                        .forEach(content -> shown.set(content.bytes())));
    try (LoadedModule module = image.loader.load(file, options)) {
      assertArrayEquals(Arrays.copyOf(expected, 20), text(module, 0, 20));
      assertEquals(0xe8e9e8e9, firstBytes(shown.get()));
      assertArrayEquals(Arrays.copyOfRange(shown.get(), 20, 26), text(module, 20, 6));
      CodeFit fit = module.codeFit().orElseThrow();
      assertEquals(4, fit.changed());
      assertEquals(List.of(Kind.STATIC_CALL), fit.left().stream().map(CodeFixup::kind).toList());
      assertEquals("4 places changed; 1 static calls go by trampolines, as before", fit.text());
    }
    try (LoadedModule module =
        image.loader.load(file, LoadOptions.DEFAULTS.withAllowMissing(true))) {
      assertEquals(0xe8e9e8e9, firstBytes(text(module, 0, 20)));
      assertTrue(module.codeFit().isEmpty());
    }
    image.requireNothingLeft();
  }

  /** Of four instructions of 5 bytes. */
  private static int firstBytes(byte[] code) {
    return ByteBuffer.wrap(new byte[] {code[0], code[5], code[10], code[15]}).getInt();
  }

  @Test
  void paravirtualCalls_areListedAndLeft() throws Exception {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    Path file =
        image.assemble(
            "guest",
            """
            .text
            call *pv_ops(%rip)
            .section .parainstructions,"a"
            .balign 8
            .quad .text
            .byte 30, 6
            .balign 8
            """);
    try (LoadedModule module = image.loader.load(file, fitting(7).withFixups(true))) {
      long call = section(module, ".text");
      List<CodeFixup> left =
          List.of(new CodeFixup(Kind.PARAVIRTUAL, call, 6, CodeFixup.NO_FEATURE, false, 30, 0));
      assertEquals(left, module.fixups());
      CodeFit fit = module.codeFit().orElseThrow();
      assertEquals(new CodeFit(0, left), fit);
      assertEquals(
          "0 places changed; 1 paravirtual calls go by the kernel's table, as before", fit.text());
    }
    image.requireNothingLeft();
  }

  @Test
  void callbacks_thatMakeNops_areApplied_othersAreLeft() throws Exception {
    var image = new ImageFixture(ModuleAssembler.ARM64, folder);
    Path file =
        image.assemble(
            "callbacks",
            """
            .text
            b .text + 8
            b .text
            mov x0, x1
            .section .altinstructions,"a"
            .long .text - ., alt_cb_patch_nops - .
            .short 0x8007
            .byte 8, 0
            .long .text + 8 - ., some_callback - .
            .short 0x8007
            .byte 4, 0
            """);
    byte[] expected = assembled(image, "nop; nop; mov x0, x1\n");
    try (LoadedModule module = image.loader.load(file, fitting(7).withFixups(true))) {
      assertArrayEquals(expected, text(module, 0, 12));
      assertEquals(
          List.of(Kind.NOPS, Kind.CALLBACK),
          module.fixups().stream().map(CodeFixup::kind).toList());
      CodeFit fit = module.codeFit().orElseThrow();
      assertEquals("1 places changed; 1 that functions of the kernel make are left", fit.text());
    }
    byte[] branches = assembled(image, "b .text + 8; b .text; mov x0, x1\n");
    try (LoadedModule module = image.loader.load(file, fitting(8))) {
      assertArrayEquals(branches, text(module, 0, 12));
      assertEquals(new CodeFit(0, List.of()), module.codeFit().orElseThrow());
    }
    image.requireNothingLeft();
  }

  @Test
  void expolines_becomeDirect_whereTheProcessorHasEtokens() throws Exception {
    var image = new ImageFixture(ModuleAssembler.S390X, folder);
    Path file =
        image.assemble(
            "expolines",
            """
            .text
            brcl 15, thunk1
            brcl 15, thunk14
            brcl 7, thunk1
            brasl %r14, thunk1
            brasl %r14, none
            nopr
            .section .text.thunks,"ax"
            thunk1: exrl %r0, 1f
            j .
            1: br %r1
            thunk14: exrl %r0, 1f
            j .
            1: br %r14
            none: br %r1
            .section .s390_indirect_jump,"a"
            .long .text - .
            .long .text + 12 - .
            .section .s390_return_reg,"a"
            .long .text + 6 - .
            .section .s390_indirect_call,"a"
            .long .text + 18 - .
            .long .text + 24 - .
            """);
    byte[] expected =
        assembled(
            image, "br %r1; nop; br %r14; nop; bcr 7, %r1; nop; basr %r14, %r1; nop; .skip 8\n");
    byte[] before;
    try (LoadedModule module = image.loader.load(file, fitting(155).withFixups(true))) {
      before = text(module, 0, 32);
      assertEquals(
          List.of(1L, 1L, 14L, 1L).stream().sorted().toList(),
          module.fixups().stream().map(CodeFixup::other).sorted().toList());
      assertEquals(new CodeFit(0, List.of()), module.codeFit().orElseThrow());
    }
    try (LoadedModule module = image.loader.load(file, fitting(156))) {
      assertArrayEquals(Arrays.copyOf(expected, 24), text(module, 0, 24));
      assertEquals(new CodeFit(4, List.of()), module.codeFit().orElseThrow());
      assertArrayEquals(Arrays.copyOfRange(before, 24, 32), text(module, 24, 8));
    }
    image.requireNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void exceptionTable_isSorted_andFindsWhereToGoOn(ModuleAssembler machine) throws Exception {
    var image = new ImageFixture(machine, folder);
    try (LoadedModule module = image.load("ex", source(machine, 0))) {
      long text = section(module, ".text");
      assertEquals(OptionalLong.of(text + 24 + 4), module.exceptionFixup(text + 8));
      assertEquals(OptionalLong.of(text + 24), module.exceptionFixup(text + 16));
      assertEquals(OptionalLong.empty(), module.exceptionFixup(text + 12));
      assertEquals(OptionalLong.empty(), module.exceptionFixup(text));
    }
    image.requireNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void exceptionTable_thatIsCut_isRefused(ModuleAssembler machine) throws Exception {
    var image = new ImageFixture(machine, folder);
    Path file = image.assemble("cut", source(machine, 5));
    requireMalformed(image, file);
  }

  /** Two functions, in the wrong order, whose callers' stacks begin 16 and 24 bytes up. */
  private static final String UNWINDING =
      """
      .text
      first: nop
      second: nop
      .section .orc_unwind_ip,"a"
      .long second - ., first - .
      .section .orc_unwind,"a"
      .short 24, 0, 5
      .short 16, 0, 5
      """;

  private static long callersStack(UnwindTable table, long instruction) {
    var frame = new UnwindTable.Frame(instruction, 1000, 0, false);
    return table.caller(frame, OptionalLong::of).orElseThrow().stackPointer();
  }

  @Test
  void orcTable_isSorted_andReadFromTheModulesMemory_asLongAsThatIsThere() throws Exception {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    try (LoadedModule module = image.load("read", UNWINDING)) {
      UnwindTable table = module.unwindTable().orElseThrow();
      long text = section(module, ".text");
      assertEquals(2, table.size());
      assertEquals(1016, callersStack(table, text));
      assertEquals(1024, callersStack(table, text + 1));
    }
    LoadedModule gone = image.load("gone", UNWINDING);
    gone.close();
    assertTrue(gone.unwindTable().isEmpty());
    image.requireNothingLeft();
  }

  private static void requireMalformed(ImageFixture image, Path file) {
    var refused =
        assertThrows(ModuleException.class, () -> image.loader.load(file, LoadOptions.DEFAULTS));
    assertEquals(Reason.MALFORMED, refused.reason());
    image.requireNothingLeft();
  }

  @Test
  void orcTables_ofDifferentLength_areRefused() throws Exception {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    Path file =
        image.assemble(
            "orc",
            """
            .text
            f: nop
            .section .orc_unwind_ip,"a"
            .long f - .
            .section .orc_unwind,"a"
            .skip 12
            """);
    requireMalformed(image, file);
  }
}
