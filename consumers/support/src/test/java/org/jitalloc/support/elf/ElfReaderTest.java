package org.jitalloc.support.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ElfReaderTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The most that a read may allocate: a multiple of the size of the file, plus a constant. */
  private static final long MOST_ALLOCATED_FACTOR = 40;

  private static final long ALWAYS_ALLOWED_BYTES = 4 << 20;

  private static final int ET_EXEC = 2;
  private static final int ET_DYN = 3;

  private static final byte[] LS = bytes(Path.of("/bin/ls"));
  private static final byte[] HOSTILE = hostile().build().array();

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static Path libc() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.endsWith("/libc.so.6"))
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .findFirst()
          .orElseThrow();
    }
  }

  private static String problem(ByteBuffer file) {
    return assertThrows(ElfFormatException.class, () -> ElfReader.read(file)).getMessage();
  }

  /** A shared object with everything that the reader reads. */
  private static ElfFiles hostile() {
    return sharedObject(new ElfFiles(true, ByteOrder.LITTLE_ENDIAN, ET_DYN));
  }

  private static ElfFiles sharedObject(ElfFiles file) {
    int strings =
        file.section(".dynstr", 3, 0, 0, ElfFiles.strings("libtoy.so.1", "libc.so.6", "toy"));
    boolean is64 = file.words(0).length == 8;
    file.section(
        ".dynamic", 6, strings, is64 ? 16 : 8, file.words(14, 1, 1, 13, 5, 0x100, 10, 27, 0, 0));
    file.section(
        ".dynsym",
        11,
        strings,
        is64 ? 24 : 16,
        ElfFiles.join(
            file.function(0, 0, 0, 0),
            file.function(23, 1, 0xfffffff0L, 16),
            file.function(13, 0, 0, 0)));
    int note =
        file.section(
            ".note", 7, 0, 0, file.note("GNU", 3, (byte) 0xab, (byte) 1, (byte) 2, (byte) 3));
    int interpreter =
        file.section(".interp", 1, 0, 0, "/lib/ld.so\0".getBytes(StandardCharsets.UTF_8));
    file.section(".gnu.hash", 0x6ffffff6, 0, 0, file.words(0x7fffffff, 0x7fffffff, 0x7fffffff, 0));
    file.section(".hash", 5, 0, 0, file.words(0x7fffffff, 0x7fffffff));
    file.segment(3, interpreter);
    file.segment(4, note);
    return file;
  }

  @Test
  void ls_isAPositionIndependentExecutable_thatNeedsLibc() {
    ElfSummary summary = ElfReader.read(ByteBuffer.wrap(LS));
    assertEquals(ElfKind.PIE, summary.kind());
    assertEquals(64, summary.bits());
    assertTrue(summary.needed().stream().anyMatch(n -> n.startsWith("libc.so")), summary::text);
    assertTrue(summary.interpreter().orElseThrow().contains("/ld"), summary::text);
    assertTrue(summary.buildId().orElseThrow().matches("[0-9a-f]{16,}"), summary::text);
    assertTrue(
        summary.dynamicSymbols().stream()
            .anyMatch(s -> s.name().equals("readlink") && !s.isDefined()),
        summary::text);
  }

  @Test
  void libc_isASharedObject_thatDefinesMalloc() throws IOException {
    ElfSummary summary = ElfReader.read(ByteBuffer.wrap(bytes(libc())));
    assertEquals(ElfKind.SHARED_OBJECT, summary.kind());
    assertEquals(Optional.of("libc.so.6"), summary.soname());
    DynamicSymbol malloc =
        summary.dynamicSymbols().stream()
            .filter(symbol -> symbol.name().equals("malloc"))
            .findFirst()
            .orElseThrow();
    assertTrue(malloc.isDefined() && malloc.value() > 0 && malloc.bytes() > 0, malloc::toString);
    assertTrue(malloc.toString().endsWith(" function  malloc"), malloc::toString);
    assertTrue(summary.definedCount() > 1000, summary::text);
  }

  @Test
  void libjvm_isASharedObject_thatDefinesTheInvocationApi() {
    ElfSummary summary =
        ElfReader.read(
            ByteBuffer.wrap(
                bytes(Path.of(System.getProperty("java.home"), "lib/server/libjvm.so"))));
    assertEquals(ElfKind.SHARED_OBJECT, summary.kind());
    assertTrue(
        summary.dynamicSymbols().stream()
            .anyMatch(s -> s.name().equals("JNI_CreateJavaVM") && s.isDefined()));
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void everyClassAndByteOrder_isRead(boolean is64, boolean isLittle) {
    ByteOrder order = isLittle ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    ElfSummary summary = ElfReader.read(sharedObject(new ElfFiles(is64, order, ET_DYN)).build());
    assertEquals(
        List.of(
            new DynamicSymbol("toy", true, 0xfffffff0L, 16, 2, 1),
            new DynamicSymbol("libc.so.6", false, 0, 0, 2, 1)),
        summary.dynamicSymbols());
    assertEquals(
        """
        type:           shared object (e_type 3)
        machine:        x86-64 (e_machine 62), %d-bit, %s-endian
        entry:          0x1000
        interpreter:    /lib/ld.so
        soname:         libtoy.so.1
        needed:         libc.so.6
        build id:       ab010203
        sections:       9
        symtab:         0
        dynsym:         1 defined, 1 undefined
        """
            .formatted(is64 ? 64 : 32, isLittle ? "little" : "big"),
        summary.text());
    assertEquals(
        "shared object libtoy.so.1, %d-bit x86-64".formatted(is64 ? 64 : 32), summary.describe());
  }

  @Test
  void kernel_isRecognizedByItsExports_andItsSymbolsAreCounted() {
    var file = new ElfFiles(true, ByteOrder.LITTLE_ENDIAN, ET_EXEC);
    file.section("__ksymtab", 1, 0, 0, new byte[12]);
    file.section(".symtab", 2, 0, 24, new byte[24 * 7]);
    ElfSummary summary = ElfReader.read(file.build());
    assertEquals(ElfKind.KERNEL, summary.kind());
    assertEquals(7, summary.symbols());
    assertEquals("Linux kernel, 64-bit x86-64", summary.describe());
  }

  @ParameterizedTest
  @CsvSource({"1, RELOCATABLE", "2, EXECUTABLE", "3, SHARED_OBJECT", "4, CORE_DUMP", "5, OTHER"})
  void kind_followsTheType(int type, ElfKind kind) {
    assertEquals(
        kind, ElfReader.read(new ElfFiles(false, ByteOrder.BIG_ENDIAN, type).build()).kind());
  }

  @Test
  void noElf_isRefused_withItsSize() {
    assertEquals(
        "the file of 20 bytes does not begin with 0x7f E L F", problem(ByteBuffer.allocate(20)));
    assertEquals(
        "the file of 3 bytes does not begin with 0x7f E L F",
        problem(ByteBuffer.wrap(new byte[] {0x7f, 'E', 'L'})));
    assertEquals(
        "the file of 16 bytes ends in the ELF header", problem(ByteBuffer.wrap(LS, 0, 16)));
    byte[] wrongClass = LS.clone();
    wrongClass[4] = 9;
    assertEquals("ELF class 9, data encoding 1: not defined", problem(ByteBuffer.wrap(wrongClass)));
  }

  @Test
  void hashTablesWithHostileCounts_areNotRead() {
    assertEquals(1, ElfReader.read(ByteBuffer.wrap(HOSTILE)).definedCount());
  }

  @Test
  void hostileCounts_areRefused_withValues() {
    ByteBuffer file = hostile().build();
    assertEquals(
        "65535 section headers: more than 32767 are not supported",
        problem(copy(file).putShort(60, (short) 0xffff)));
    assertEquals(
        "extended numbering of sections or segments (more than 32767) is not supported",
        problem(copy(file).putShort(60, (short) 0)));
    assertEquals(
        "extended numbering of sections or segments (more than 32767) is not supported",
        problem(copy(file).putShort(56, (short) 0xffff)));
    assertEquals(
        "32767 section headers: offset 0xb0, size 0x1fffc0: not inside the file of 0x%x bytes"
            .formatted(file.limit()),
        problem(copy(file).putShort(60, (short) 0x7fff)));
    assertEquals("section headers of 8 bytes, not 64", problem(copy(file).putShort(58, (short) 8)));
    assertEquals(
        "section names are in section 99 of 9", problem(copy(file).putShort(62, (short) 99)));
    assertEquals(
        "2 program headers: offset 0x7fffffffffffffff, size 0x70: not inside the file of 0x%x bytes"
            .formatted(file.limit()),
        problem(copy(file).putLong(32, Long.MAX_VALUE)));
  }

  private static ByteBuffer copy(ByteBuffer file) {
    return ByteBuffer.wrap(file.array().clone()).order(file.order());
  }

  @Test
  void hostileSections_areRefused_withValues() {
    ByteBuffer file = hostile().build();
    int table = ElfFiles.HEADER_BYTES + 2 * ElfFiles.SEGMENT_BYTES;
    int dynamic = table + 64 * 2;
    int symbols = table + 64 * 3;
    assertTrue(
        problem(copy(file).putLong(dynamic + 32, 1L << 62))
            .endsWith(
                "size 0x4000000000000000: not inside the file of 0x%x bytes"
                    .formatted(file.limit())));
    assertTrue(problem(copy(file).putLong(dynamic + 24, -1)).startsWith("section 2: offset 0xff"));
    assertEquals(
        "section 2: 5 dynamic entries, and none is DT_NULL",
        problem(copy(file).putLong((int) file.getLong(dynamic + 24) + 64, 3)));
    assertEquals(
        "section 2: its strings are in section 99 of 9",
        problem(copy(file).putInt(dynamic + 40, 99)));
    assertEquals(
        "section 2: its strings are in section 2, which has type 6, not SHT_STRTAB",
        problem(copy(file).putInt(dynamic + 40, 2)));
    assertEquals(
        "section 1: a string is at 0x7000 of 0x1b bytes",
        problem(copy(file).putLong((int) file.getLong(dynamic + 24) + 8, 0x7000)));
    assertEquals(
        "section 3: 72 bytes of entries of 1: not whole entries of 24 bytes",
        problem(copy(file).putLong(symbols + 56, 1)));
    assertEquals(
        "section 1: the strings do not end with 0",
        problem(copy(file).put((int) file.getLong(table + 64 + 24) + 26, (byte) 'x')));
  }

  @Test
  void hostileSegments_areRefused_withValues() {
    ByteBuffer file = hostile().build();
    int interpreter = ElfFiles.HEADER_BYTES;
    assertEquals(
        "segment 0: the interpreter does not end with 0",
        problem(copy(file).putLong(interpreter + 32, 5)));
    assertEquals(
        "segment 0: an interpreter of 0 bytes", problem(copy(file).putLong(interpreter + 32, 0)));
    assertTrue(
        problem(copy(file).putLong(interpreter + 8, 1 << 30))
            .startsWith("segment 0: offset 0x40000000, size 0xb: not inside"));
  }

  @Test
  void overlappingNames_areRefused_beforeTheyUseMuchMemory() {
    var file = new ElfFiles(true, ByteOrder.LITTLE_ENDIAN, ET_DYN);
    int strings = file.section(".dynstr", 3, 0, 0, ElfFiles.strings("x".repeat(200_000)));
    var symbols = new byte[10_000][];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = file.function(1, 1, 0, 0);
    }
    file.section(".dynsym", 11, strings, 24, ElfFiles.join(symbols));
    ByteBuffer bytes = file.build();
    requireLittleMemory(
        bytes.array(),
        () ->
            assertEquals(
                "section 1: names in 200002 bytes of strings overlap: together more than 8 times"
                    + " as long",
                problem(bytes)));
  }

  @Test
  void overlappingNotes_areRefused_beforeTheyAreRead() {
    var file = new ElfFiles(true, ByteOrder.LITTLE_ENDIAN, ET_DYN);
    int note = file.section(".note", 7, 0, 0, file.note("ABC", 3, new byte[300_000]));
    for (int i = 0; i < 1000; i++) {
      file.segment(4, note);
    }
    assertTrue(problem(file.build()).startsWith("notes overlap: together more than 4 times"));
  }

  /** For any bytes, the result is a summary or an error with a reason, in bounded memory. */
  private static void readOrRefuse(byte[] file) {
    requireLittleMemory(
        file,
        () -> {
          try {
            ElfSummary summary = ElfReader.read(ByteBuffer.wrap(file));
            assertFalse(summary.text().isEmpty());
          } catch (ElfFormatException refused) {
            assertTrue(refused.getMessage().length() > 10, refused::toString);
          }
        });
  }

  private static void requireLittleMemory(byte[] file, Runnable read) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    read.run();
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(
        allocated < MOST_ALLOCATED_FACTOR * file.length + ALWAYS_ALLOWED_BYTES,
        () -> "%d bytes for a file of %d".formatted(allocated, file.length));
  }

  @Seeded(tries = 300)
  void truncatedExecutable_isReadOrRefused(RandomValues values) {
    readOrRefuse(Arrays.copyOf(LS, values.intIn(0, LS.length)));
  }

  @Test
  void everyTruncation_ofASmallFile_isRefused() {
    for (int length = 0; length < HOSTILE.length; length++) {
      problem(ByteBuffer.wrap(Arrays.copyOf(HOSTILE, length)));
    }
  }

  @Seeded(tries = 5000)
  void damagedSmallFile_isReadOrRefused(RandomValues values) {
    byte[] file = HOSTILE.clone();
    for (int i = values.intIn(1, 6); i > 0; i--) {
      damage(values, file, file.length);
    }
    readOrRefuse(file);
  }

  @Seeded(tries = 200)
  void damagedExecutable_isReadOrRefused(RandomValues values) {
    byte[] file = LS.clone();
    int tables = (int) ByteBuffer.wrap(file).order(ByteOrder.nativeOrder()).getLong(40);
    for (int i = values.intIn(1, 6); i > 0; i--) {
      if (values.anyBoolean()) {
        damage(values, file, 0x2000);
      } else {
        byte[] headers = Arrays.copyOfRange(file, tables, file.length);
        damage(values, headers, headers.length);
        System.arraycopy(headers, 0, file, tables, headers.length);
      }
    }
    readOrRefuse(file);
  }

  /** Overwrites 1 to 8 bytes before an end by a number, often an extreme one. */
  private static void damage(RandomValues values, byte[] file, int end) {
    int width = 1 << values.intIn(0, 3);
    int at = values.intIn(0, end - width);
    ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    number.putLong(0, values.anyLong());
    System.arraycopy(number.array(), 0, file, at, width);
  }
}
