package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.SymbolMap;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.parameters.ParameterType;
import org.jitalloc.modules.parameters.ParameterValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that ask for much more memory or time than their size, or for memory that is not theirs.
 */
final class HostileFileTest {
  private static final int STRING_BYTES = 1 << 19;
  private static final long MOST_BYTES = 64L << 20;

  private static final LoadOptions OPTIONS =
      LoadOptions.DEFAULTS.withKernel(
          SymbolMap.of(
              Map.of("param_ops_int", 16L, "param_ops_charp", 32L, "param_array_ops", 48L)));

  @TempDir Path folder;

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private static void refuses(ByteBuffer file) {
    long before = allocated();
    var refused = assertThrows(ModuleException.class, () -> ElfObject.read(file));
    assertEquals(Reason.MALFORMED, refused.reason());
    assertTrue(refused.getMessage().contains("overlap"), refused::getMessage);
    assertTrue(allocated() - before < MOST_BYTES, "bytes: " + (allocated() - before));
  }

  /** A file with section headers, and one string of half a megabyte. */
  private static ByteBuffer file(int sections, int symbols) {
    int strings = 64;
    int table = strings + STRING_BYTES;
    int headers = table + 24 * symbols;
    ByteBuffer file = ByteBuffer.allocate(headers + 64 * sections).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    file.putShort(16, (short) 1).putShort(18, (short) 62).putInt(20, 1).putLong(40, headers);
    file.putShort(52, (short) 64).putShort(58, (short) 64);
    file.putShort(60, (short) sections).putShort(62, (short) 1);
    Arrays.fill(file.array(), strings + 1, table - 1, (byte) 'A');
    file.putInt(headers + 64 + 4, 3).putLong(headers + 64 + 24, strings);
    file.putLong(headers + 64 + 32, STRING_BYTES);
    if (symbols > 0) {
      int header = headers + 2 * 64;
      file.putInt(header + 4, 2).putLong(header + 24, table).putLong(header + 32, 24L * symbols);
      file.putInt(header + 40, 1).putLong(header + 56, 24);
      for (int i = 1; i < symbols; i++) {
        file.putInt(table + 24 * i, i);
      }
    }
    return file.position(0);
  }

  @Test
  void sectionsThatShareOneLongName_areRefused() {
    ByteBuffer file = file(8000, 0);
    int headers = (int) file.getLong(40);
    for (int i = 2; i < 8000; i++) {
      file.putInt(headers + 64 * i, 1);
    }
    refuses(file);
  }

  @Test
  void symbolsThatShareOneLongName_areRefused() {
    refuses(file(3, 15_000));
  }

  private Path parameter(String operations, String argument, String more) throws IOException {
    ToolCommand.need("as");
    String source =
        """
        .section .gnu.linkonce.this_module,"aw"
        .quad 0
        .section .modinfo,"a"
        .asciz "license=GPL"
        .text
        .globl fn
        .type fn,@function
        fn: nop
        .data
        .balign 8
        .globl v
        v: .quad 7
        .section .rodata,"a"
        .balign 8
        nm: .asciz "x"
        %s
        .section __param,"a"
        .balign 8
        .quad nm, 0, %s
        .short 0644
        .byte 0,0
        .long 0
        .quad %s
        """
            .formatted(more, operations, argument);
    return ModuleAssembler.AMD64.assemble(folder, "hostile", source);
  }

  @Test
  void aParameterOutsideOfSections_isNeitherReadNorWritten() throws IOException {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    Path file = parameter("param_ops_int", "v+40", "");
    var refused =
        assertThrows(
            ModuleException.class,
            () -> image.loader.load(file, OPTIONS.withParameters("x=2147483647")));
    assertEquals(Reason.PARAMETER, refused.reason());
    var module = image.loader.load(file, OPTIONS);
    assertTrue(module.parameters().getFirst().value().isEmpty());
    module.close();
    image.requireNothingLeft();
  }

  @Test
  void textsOfAParameter_areAPageAtMost() throws IOException {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    String array =
        """
        .balign 8
        desc: .long 4000,8
        .quad 0, param_ops_charp, arr
        .section .rodata.big,"a"
        big: .fill 1048576,1,65
        .data
        .balign 8
        arr: .rept 4000
        .quad big
        .endr
        """;
    var module = image.loader.load(parameter("param_array_ops", "desc", array), OPTIONS);
    int letters = module.parameters().getFirst().value().orElseThrow().length();
    assertTrue(letters >= 4096 && letters <= 8192, "letters: " + letters);
    module.close();
    image.requireNothingLeft();
  }

  @Test
  void numbersOfAMillionDigits_areRefusedAtOnce() {
    ParameterValue refused = ParameterType.INT.parse("9".repeat(1_000_000));
    assertTrue(refused.toString().length() < 200, refused::toString);
    assertTrue(refused instanceof ParameterValue.Refused);
  }
}
