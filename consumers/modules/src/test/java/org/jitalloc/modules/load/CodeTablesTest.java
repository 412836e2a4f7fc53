package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleSection;
import org.jitalloc.modules.load.Workshop.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodeTablesTest {
  private static final int FEATURE = 7;

  @TempDir Path folder;

  /** Eight bytes with an alternative of eight bytes, and an exception table in no order. */
  private static String source(Machine machine, int entries) {
    String lengths = machine == Machine.S390X ? ".byte 8" : ".byte 8, 8";
    String text =
        machine == Machine.ARM64 ? ".inst 0xd2800020, 0xd65f03c0" : ".byte 1,2,3,4,5,6,7,8";
    String other =
        machine == Machine.ARM64 ? ".inst 0xd503205f, 0xd503207f" : ".byte " + otherBytes(machine);
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
  private static String otherBytes(Machine machine) {
    return machine == Machine.AMD64
        ? "0x48,0x89,0xc8,0x48,0x89,0xd1,0x90,0xc3"
        : "0x07,0x00,0x18,0x12,0x18,0x23,0x07,0xfe";
  }

  private static byte[] text(LoadedModule module, int from, int count) {
    long address = section(module, ".text") + from;
    for (JitMemory memory : module.memories()) {
      if (memory.span().contains(address)) {
        return memory.read(address - memory.address(), count);
      }
    }
    throw new AssertionError("no text");
  }

  private static long section(LoadedModule module, String name) {
    return module.sections().stream()
        .filter(section -> section.name().equals(name))
        .mapToLong(ModuleSection::address)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void alternatives_areListed_andTakenForTheProcessorThatIsNamed(Machine machine) throws Exception {
    var workshop = new Workshop(machine, folder);
    Path file = workshop.assemble("alt", source(machine, 0));
    byte[] original;
    byte[] other;
    var listing = LoadOptions.DEFAULTS.withFixups(true);
    try (LoadedModule module = workshop.loader.load(file, listing)) {
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
    try (LoadedModule module = workshop.loader.load(file, fitting)) {
      assertArrayEquals(other, text(module, 0, 8));
    }
    try (LoadedModule module =
        workshop.loader.load(file, LoadOptions.DEFAULTS.withCpuFeatures(Set.of(1)))) {
      assertArrayEquals(original, text(module, 0, 8));
    }
    workshop.requireNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void exceptionTable_isSorted_andFindsWhereToGoOn(Machine machine) throws Exception {
    var workshop = new Workshop(machine, folder);
    try (LoadedModule module = workshop.load("ex", source(machine, 0))) {
      long text = section(module, ".text");
      assertEquals(OptionalLong.of(text + 24 + 4), module.exceptionFixup(text + 8));
      assertEquals(OptionalLong.of(text + 24), module.exceptionFixup(text + 16));
      assertEquals(OptionalLong.empty(), module.exceptionFixup(text + 12));
      assertEquals(OptionalLong.empty(), module.exceptionFixup(text));
    }
    workshop.requireNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void exceptionTable_thatIsCut_isRefused(Machine machine) throws Exception {
    var workshop = new Workshop(machine, folder);
    Path file = workshop.assemble("cut", source(machine, 5));
    var refused =
        assertThrows(ModuleException.class, () -> workshop.loader.load(file, LoadOptions.DEFAULTS));
    assertEquals(Reason.MALFORMED, refused.reason());
    workshop.requireNothingLeft();
  }

  @Test
  void orcTables_ofDifferentLength_areRefused() throws Exception {
    var workshop = new Workshop(Machine.AMD64, folder);
    Path file =
        workshop.assemble(
            "orc",
            """
            .text
            f: nop
            .section .orc_unwind_ip,"a"
            .long f - .
            .section .orc_unwind,"a"
            .skip 12
            """);
    var refused =
        assertThrows(ModuleException.class, () -> workshop.loader.load(file, LoadOptions.DEFAULTS));
    assertEquals(Reason.MALFORMED, refused.reason());
    workshop.requireNothingLeft();
  }
}
