package org.jitalloc.bench.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TraceReaderTest {
  private static final String START = "A 0 100\nA 1 16\n";

  private static AllocationTrace read(String text) throws IOException, TraceException {
    return TraceReader.read(
        "t", new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void read_isWhatStandsThere() throws Exception {
    AllocationTrace trace = read(START + "F 0\nA 2147483647 2097152\n");
    assertEquals(4, trace.length());
    assertEquals(2, trace.start());
    assertEquals(1, trace.operations());
    assertEquals(100, trace.bytes(0));
    assertEquals(false, trace.isAllocation(2));
    assertEquals(0, trace.id(2));
    assertEquals(Integer.MAX_VALUE, trace.id(3));
    assertEquals(2 << 20, trace.bytes(3));
  }

  @Test
  void read_lastLineWithoutEnd_isALine() throws Exception {
    assertEquals(read(START + "F 0\nA 2 7\n"), read(START + "F 0\nA 2 7"));
  }

  @Test
  void read_anIdMayComeAgainOnceItIsFree() throws Exception {
    assertEquals(1, read(START + "F 0\nA 0 5\n").operations());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "X 1|t:3: neither `A id bytes` nor `F id`: `X 1`",
        "a 3 4|t:3: neither `A id bytes` nor `F id`: `a 3 4`",
        "\"\nF 0\"|t:3: neither `A id bytes` nor `F id`: ``",
        "A|t:3: neither `A id bytes` nor `F id`: `A`",
        "A 3|t:3: nothing follows the id: `A 3`",
        "A 3 |t:3: nothing follows the id: `A 3`",
        "\"A 3 \"|t:3: there is no number of bytes: `A 3`",
        "A 3 x|t:3: there is no number of bytes: `A 3 x`",
        "A  3 4|t:3: there is no id: `A  3 4`",
        "A -3 4|t:3: there is no id: `A -3 4`",
        "A 3 4.5|t:3: something follows the number of bytes: `A 3 4.5`",
        "A 3 4 5|t:3: something follows the number of bytes: `A 3 4 5`",
        "A 3 0|t:3: an allocation of 0 bytes: `A 3 0`",
        "A 3 -1|t:3: there is no number of bytes: `A 3 -1`",
        "A 3 2147483648|t:3: the number of bytes is larger than 2147483647: `A 3 2147483648`",
        "A 4294967296 1|t:3: the id is larger than 2147483647: `A 4294967296 1`",
        "A 1 4|t:3: 1 is allocated again before it is freed: `A 1 4`",
        "F 7|t:3: 7 is not live: never allocated, or freed before: `F 7`",
        "F 0 12|t:3: something follows the id: `F 0 12`",
        "F|t:3: neither `A id bytes` nor `F id`: `F`",
        "\"F 0\nF 0\"|t:4: 0 is not live: never allocated, or freed before: `F 0`",
        "A 3 \u00e9|t:3: there is no number of bytes: `A 3 ?`",
      })
  void read_brokenLine_isNamed(String line, String message) {
    var thrown = assertThrows(TraceException.class, () -> read(START + line + "\n"));
    assertEquals(message, thrown.getMessage());
  }

  @Test
  void read_linesOfWindows_areRefused() {
    assertThrows(TraceException.class, () -> read("A 0 100\r\nF 0\r\n"));
  }

  @Test
  void read_longGarbage_isCutInTheMessage() {
    var thrown = assertThrows(TraceException.class, () -> read("Z".repeat(100_000)));
    assertEquals(
        "t:1: neither `A id bytes` nor `F id`: `" + "Z".repeat(40) + "`", thrown.getMessage());
  }

  @Test
  void read_nothingToMeasure_isRefused() {
    assertEquals(
        "t is empty: a trace starts with allocations, `A id bytes`",
        assertThrows(TraceException.class, () -> read("")).getMessage());
    assertEquals(
        "t holds 2 allocations, but no free and allocation after them to be measured",
        assertThrows(TraceException.class, () -> read(START)).getMessage());
  }

  @Seeded(tries = 30)
  void written_isReadAsItWas(RandomValues values) throws Exception {
    TraceKind kind = values.oneOf(TraceKind.values());
    Path file = java.nio.file.Files.createTempFile("jitalloc", ".trace");
    try {
      AllocationTrace trace =
          AllocationTrace.generate(
              kind, values.anyLong(), values.intIn(1, 300), values.intIn(1, 20_000));
      TraceWriter.write(trace, file);
      assertEquals(trace, TraceReader.read(file));
    } finally {
      java.nio.file.Files.delete(file);
    }
  }

  @Test
  void read_noFile_saysSo(@TempDir Path folder) {
    assertThrows(IOException.class, () -> TraceReader.read(folder.resolve("nowhere")));
  }
}
