package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jitalloc.ImageMemory;
import org.jitalloc.arch.tck.module.KernelModuleSource;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleParameter;
import org.jitalloc.modules.ModuleSection;
import org.jitalloc.modules.SymbolMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Parameters of modules in images, where their variables can be looked at. */
final class LiveParametersTest {
  @TempDir Path folder;

  private static LoadOptions kernel() {
    Map<String, Long> symbols =
        Stream.of(
                "byte",
                "short",
                "ushort",
                "int",
                "uint",
                "long",
                "ulong",
                "ullong",
                "hexint",
                "bool",
                "bool_enable_only",
                "invbool",
                "bint",
                "charp",
                "string")
            .collect(Collectors.toMap(type -> "param_ops_" + type, _ -> 0x1000L));
    symbols.put("param_array_ops", 0x2000L);
    return LoadOptions.DEFAULTS.withKernel(SymbolMap.of(symbols));
  }

  /** Variables at known offsets of .data, and the table. */
  private static String source(ModuleAssembler machine) {
    var source =
        new StringBuilder(new KernelModuleSource(machine, "license=GPL", "intree=Y").toString());
    source.append(
        """
        .section .rodata.str,"a"
        default: .asciz "as built"
        .data
        .balign 64
        variables:
        .quad 0x1122334455667788
        .quad -5
        pointer: POINTER
        .zero 16
        count: .long 2
        .long 0
        elements: .long 10
        .long 11
        .long 12
        .long 0
        .section .rodata
        .balign 8
        array: .long 3
        .long 4
        COUNT
        INT
        ELEMENTS
        string: .long 8
        .long 0
        STRING
        """
            .replace("POINTER", machine.address("default"))
            .replace("COUNT", machine.address("count"))
            .replace("INT", machine.address("param_ops_int"))
            .replace("ELEMENTS", machine.address("elements"))
            .replace("STRING", machine.address("variables+24")));
    String[] rows = {
      "number param_ops_int variables+8 0644 0",
      "wide param_ops_ullong variables 0644 0",
      "flag param_ops_bool variables+32 0644 0",
      "no_flag param_ops_invbool variables+33 0644 0",
      "once param_ops_bool_enable_only variables+34 0644 0",
      "small param_ops_short variables+36 0444 0",
      "text param_ops_charp pointer 0644 0",
      "some param_array_ops array 0644 0",
      "place param_ops_string string 0644 0",
      "risky param_ops_hexint variables+8 0644 1",
      "own own_ops variables 0644 0",
      "hidden param_ops_uint fixed 0 0",
    };
    source.append(".globl own_ops\nown_ops: .quad 0\n.balign 8\nfixed: .quad 0x900000009\n");
    for (String row : rows) {
      String[] cells = row.split(" ");
      source.append(
          """
          .section .rodata.str,"a"
          name_%s: .asciz "%s"
          .section __param,"a"
          .balign 8
          %s
          .quad 0
          %s
          .2byte %s
          .byte -1
          .byte %s
          .zero 4
          %s
          """
              .formatted(
                  cells[0],
                  cells[0],
                  machine.address("name_" + cells[0]),
                  machine.address(cells[1]),
                  cells[3],
                  cells[4],
                  machine.address(cells[2])));
    }
    return source.toString();
  }

  private static ModuleParameter parameter(LoadedModule module, String name) {
    return module.parameters().stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Optional<String> value(LoadedModule module, String name) {
    return parameter(module, name).value();
  }

  /** What is in the variables, by the image and not by the parameters. */
  private static ByteBuffer variables(ImageFixture image, LoadedModule module) {
    ImageMemory memory = image.allocator.image().orElseThrow();
    ModuleSection data =
        module.sections().stream().filter(s -> s.name().equals(".data")).findFirst().orElseThrow();
    byte[] bytes = memory.load(data.address(), data.bytes());
    return ByteBuffer.wrap(bytes).order(image.allocator.target().byteOrder());
  }

  @ParameterizedTest
  @EnumSource
  void parameters_areReadWhereTheyAre(ModuleAssembler machine) throws IOException {
    var image = new ImageFixture(machine, folder);
    Path file = image.assemble("some", source(machine));
    LoadedModule module = image.loader.load(file, kernel());
    assertEquals(12, module.parameters().size());
    assertEquals("array of int", parameter(module, "some").type());
    assertEquals(0444, parameter(module, "small").mode());
    assertEquals("", parameter(module, "own").type());
    assertEquals(Optional.of("1234605616436508552"), value(module, "wide"));
    assertEquals(Optional.of("N"), value(module, "flag"));
    assertEquals(Optional.of("Y"), value(module, "no_flag"));
    assertEquals(Optional.of("as built"), value(module, "text"));
    assertEquals(Optional.of("10,11"), value(module, "some"));
    assertEquals(Optional.of(""), value(module, "place"));
    assertEquals(Optional.of("9"), value(module, "hidden"));
    assertEquals(Optional.empty(), value(module, "own"));
    module.close();
    assertEquals(Optional.empty(), value(module, "wide"));
    image.requireNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void arguments_areWrittenWhereTheyBelong(ModuleAssembler machine) throws IOException {
    var image = new ImageFixture(machine, folder);
    Path file = image.assemble("some", source(machine));
    String line =
        "wide=0xffffffffffffffff number=-7 flag no-flag=y small=-2 text=\"a b\" some=1,-2,3"
            + " place=seven77 unheard=1 dyndbg=+p";
    LoadedModule module = image.loader.load(file, kernel().withParameters(line));
    assertEquals(List.of("unheard"), module.ignoredArguments());
    ByteBuffer there = variables(image, module);
    int start = 0;
    while (there.getLong(start) != -1) {
      start += 8;
    }
    assertEquals(-7, there.getInt(start + 8));
    assertEquals(1, there.get(start + 32));
    assertEquals(0, there.get(start + 33));
    assertEquals(-2, there.getShort(start + 36));
    var place = new byte[8];
    there.get(start + 24, place);
    assertArrayEquals("seven77\0".getBytes(StandardCharsets.US_ASCII), place);
    assertEquals(3, there.getInt(start + 40));
    assertEquals(-2, there.getInt(start + 52));
    ImageMemory memory = image.allocator.image().orElseThrow();
    byte[] text = memory.load(there.getLong(start + 16), 4);
    assertArrayEquals(new byte[] {'a', ' ', 'b', 0}, text);
    assertEquals(Optional.of("1,-2,3"), value(module, "some"));
    assertEquals(Optional.of("a b"), value(module, "text"));
    assertEquals(Optional.of("seven77"), value(module, "place"));

    parameter(module, "text").set("another");
    assertEquals(Optional.of("another"), value(module, "text"));
    parameter(module, "some").set("4");
    assertEquals(Optional.of("4"), value(module, "some"));
    module.close();
    image.requireNothingLeft();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          number=ten          | parameter number: 'ten' is no number
          number              | parameter number: needs a value
          small=40000         | parameter small: 40000 is not within -32768..32767
          flag=maybe          | parameter flag: 'maybe' is neither yes nor no
          some=1,2,3,4        | parameter some: has 4 elements and may have 3
          some=1,x            | parameter some: 'x' is no number
          place=eight888      | parameter place: has room for 7 bytes of text
          own=1               | parameter own: has a type of the module's own
          hidden=1            | parameter hidden: is in memory that cannot be written
          """)
  void arguments_thatDoNotFit_endTheLoad(String line, String message) throws IOException {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    Path file = image.assemble("some", source(ModuleAssembler.AMD64));
    LoadOptions options = kernel().withParameters("text=before " + line);
    var refusal = assertThrows(ModuleException.class, () -> image.loader.load(file, options));
    assertEquals(Reason.PARAMETER, refusal.reason());
    assertTrue(String.valueOf(refusal.getMessage()).contains(message), refusal::getMessage);
    image.requireNothingLeft();
  }

  @Test
  void sets_keepTheRulesOfTheParameter() throws IOException {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    Path file = image.assemble("some", source(ModuleAssembler.AMD64));
    LoadedModule module = image.loader.load(file, kernel());
    assertEquals(
        "PARAMETER: parameter small: may not be written: its mode is 0444",
        assertThrows(ModuleException.class, () -> parameter(module, "small").set("1"))
            .getMessage());
    parameter(module, "once").set("n");
    parameter(module, "once").set("y");
    assertEquals(
        "PARAMETER: parameter once: cannot be cleared once it is set",
        assertThrows(ModuleException.class, () -> parameter(module, "once").set("n")).getMessage());
    assertEquals(Optional.of("Y"), value(module, "once"));
    assertEquals("", image.loader.taints().letters());
    parameter(module, "risky").set("0x1f");
    assertEquals(Optional.of("0x00001f"), value(module, "risky"));
    assertEquals("U", image.loader.taints().letters());
    module.close();
    assertThrows(ModuleException.class, () -> parameter(module, "number").set("1"));
    image.requireNothingLeft();
  }

  /** Addresses of kernels are negative numbers, so that differences to positive ones overflow. */
  @ParameterizedTest
  @EnumSource
  void pointersToNowhere_areNothing(ModuleAssembler machine) throws IOException {
    var image = new ImageFixture(machine, folder);
    String hostile =
        source(machine)
            .replaceAll(
                "(?s)(\\S+ name_number\n.*?\\.zero 4\n)[^\n]*", "$1.quad 0x7fffffffffffffff");
    LoadedModule module = image.loader.load(image.assemble("some", hostile), kernel());
    assertEquals(Optional.empty(), value(module, "number"));
    assertThrows(ModuleException.class, () -> parameter(module, "number").set("1"));
    assertEquals(Optional.of("N"), value(module, "flag"));
    module.close();
    String nameless =
        source(machine).replaceFirst("(?m)^\\S+ name_wide$", ".quad 0x7fffffffffffffff");
    Path file = image.assemble("nameless", nameless);
    var refusal = assertThrows(ModuleException.class, () -> image.loader.load(file, kernel()));
    assertEquals(ModuleException.Reason.MALFORMED, refusal.reason(), refusal::getMessage);
    image.requireNothingLeft();
  }

  /** Many parameters with one long name would need much more memory than the file. */
  @ParameterizedTest
  @EnumSource
  void aName_isNoLongerThanThatOfAFile(ModuleAssembler machine) throws IOException {
    var image = new ImageFixture(machine, folder);
    String longest = "n".repeat(255);
    String source = source(machine).replace("\"wide\"", "\"" + longest + "\"");
    LoadedModule module = image.loader.load(image.assemble("some", source), kernel());
    assertTrue(value(module, longest).isPresent());
    module.close();
    Path file = image.assemble("longer", source.replace(longest, longest + "n"));
    var refusal = assertThrows(ModuleException.class, () -> image.loader.load(file, kernel()));
    assertTrue(refusal.detail().endsWith("has more than 255 bytes"), refusal::detail);
    image.requireNothingLeft();
  }
}
