package org.jitalloc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line, from arguments to exit codes. */
final class MainTest {
  private static final String TRACE = "A 0 100\nA 1 200\nF 0\nA 2 300\n";

  @TempDir Path folder;

  private record Result(int code, String out, String err) {
    String lastLine() {
      assertTrue(out.endsWith("\n"), out);
      return out.lines().toList().getLast();
    }
  }

  private Result bench(String... words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      int code = Main.run(folder, List.of(words));
      return new Result(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  private String file(String text) throws Exception {
    return Files.writeString(folder.resolve("trace"), text).toString();
  }

  @Test
  void alloc_withoutPeer_endsWithJson() throws Exception {
    String trace = folder.resolve("trace").toString();
    assertEquals(
        new Result(0, "", ""),
        bench("trace", "jit", trace, "--live", "50", "--operations", "200", "--seed", "9"));
    Result result = bench("alloc", trace, "--no-peer", "--runs", "2", "--threads", "2", "--write");
    assertEquals(0, result.code(), result.err());
    assertEquals("", result.err());
    String number = "\\d+(\\.\\d+)?";
    assertTrue(
        result
            .lastLine()
            .matches(
                ("\\{'ns_per_op':N,'peer_ns_per_op':null,'used_bytes':N,'live_bytes':N,"
                        + "'reserved_bytes':N,'peer_reserved_bytes':null,"
                        + "'memory_mode':'[a-z-]+',.*'threads':2,.*\\}")
                    .replace('\'', '"')
                    .replace("N", number)),
        result.lastLine());
  }

  @Test
  void alloc_sizesAreThoseOfTheTrace() throws Exception {
    Result result = bench("alloc", file(TRACE), "--no-peer", "--runs", "1");
    assertTrue(
        result.lastLine().contains("\"used_bytes\":576,\"live_bytes\":500,"), result.lastLine());
    assertTrue(result.lastLine().contains("\"operations\":1,"), result.lastLine());
  }

  @Test
  void alloc_peerMissing_saysSoAndGoesOn() throws Exception {
    // This folder contains no source of a peer.
    Files.createDirectories(folder.resolve("src/main/cpp"));
    Files.writeString(folder.resolve("src/main/cpp/asmjit-peer.cpp"), "#include <no/asmjit.h>\n");
    Result result = bench("alloc", file(TRACE), "--runs", "1");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().contains("apt-get install g++ libasmjit-dev"), result.err());
    assertTrue(result.lastLine().contains("\"peer_ns_per_op\":null"), result.lastLine());
  }

  @Test
  void grow_endsWithATimeForEachStep() {
    Result result =
        bench("grow", "--most", "1000", "--operations", "500", "--runs", "1", "--no-peer");
    assertEquals(0, result.code(), result.err());
    assertTrue(
        result.lastLine().matches("\\{\"ns_per_op_1000\":[0-9.]+,\"peer_ns_per_op_1000\":null\\}"),
        result.lastLine());
  }

  @Test
  void creep_writesTheCurve() throws Exception {
    Path csv = folder.resolve("csv");
    Path svg = folder.resolve("svg");
    Result result =
        bench("creep", "--operations", "2000", "--csv", csv.toString(), "--svg", svg.toString());
    assertEquals(0, result.code(), result.err());
    assertTrue(result.lastLine().startsWith("{\"operations\":2000,"), result.lastLine());
    List<String> lines = Files.readAllLines(csv);
    assertEquals("operations,round,phase,used_bytes,reserved_bytes", lines.getFirst());
    assertEquals(1001, lines.size());
    assertTrue(lines.getLast().startsWith("2000,9,pages,"), lines.getLast());
    assertTrue(Files.readString(svg).endsWith("</svg>\n"));
  }

  @Test
  void calls_areMeasuredInProcessesOfTheirOwn() {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "runs machine code of x86-64");
    Result result = bench("calls", "--functions", "30", "--bytes", "64", "--runs", "1");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.lastLine().contains("\"pages_packed_small\":1,"), result.lastLine());
    assertTrue(result.lastLine().contains("\"pages_page_each\":30}"), result.lastLine());
  }

  @Test
  void kprobes_endsWithWhatWasMeasured() {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "runs machine code of x86-64");
    Result result = bench("kprobes", "--probes", "20", "--runs", "1");
    assertEquals(0, result.code(), result.err());
    for (String member :
        List.of(
            "never_probed", "breakpoint", "unprobed", "armed_one_by_one", "removed_one_by_one")) {
      assertTrue(result.lastLine().matches(".*\"ns_" + member + "\":[0-9.]+[,}].*"), member);
    }
  }

  /** Each runs once in this JVM, without a measurement. */
  @Test
  void jmh_runsAllThatNeedNoMillion() {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "runs machine code of x86-64");
    Result result =
        bench(
            "jmh",
            "AllocateFree|FunctionCall|PokeBatch",
            "-f",
            "0",
            "-wi",
            "0",
            "-i",
            "1",
            "-r",
            "1ms",
            "-foe",
            "true");
    assertEquals(0, result.code(), result.err() + result.out());
    for (String name :
        List.of("AllocateFree.allocateAndFree", "FunctionCall.function", "PokeBatch.poke")) {
      assertTrue(result.out().lines().anyMatch(l -> l.startsWith(name)), result.out());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "alloc, no TRACE given",
    "alloc nowhere, there is no file nowhere that can be read",
    "alloc TRACE --threads 0, --threads is a whole number from 1 to 256",
    "alloc TRACE --threads two, --threads is a whole number from 1 to 256",
    "alloc TRACE --runs 0, --runs is a whole number from 1 to",
    "alloc TRACE --threads, --threads needs a value",
    "alloc TRACE TRACE, unexpected",
    "alloc TRACE --fast, unknown option --fast",
    "alloc BROKEN, ':2: 5 is not live: never allocated, or freed before: `F 5`'",
    "grow --most 999, --most is a whole number from 1000 to",
    "grow now, unexpected now",
    "creep --operations 999, --operations is a whole number from 1000 to",
    "creep --operations 1000 --svg /nowhere/at/all, cannot write /nowhere/at/all",
    "calls --bytes 5, --bytes is a whole number from 6 to 4096",
    "calls --layout nowhere, there is no layout nowhere",
    "kprobes --probes 0, --probes is a whole number from 1 to",
    "guard now, unexpected now",
    "jmh NoSuchBenchmark, no benchmark matches",
    "jmh -f many, many",
    "trace jit, no OUT given",
    "trace fast OUT, there is no kind fast",
    "trace jit OUT --live 0, --live is a whole number from 1 to",
    "trace jit OUT --seed -1, --seed is a whole number from 0 to",
    "trace jit /nowhere/at/all, cannot write /nowhere/at/all",
    "fly, there is no benchmark fly",
  })
  void wrongInput_isOneLine_andExitsWith2(String words, String complaint) throws Exception {
    String trace = file(TRACE);
    String broken =
        Files.writeString(folder.resolve("broken"), TRACE.replaceFirst("A 1 200\n", "F 5\n"))
            .toString();
    String out = folder.resolve("out").toString();
    Result result =
        bench(
            words.replace("TRACE", trace).replace("BROKEN", broken).replace("OUT", out).split(" "));
    assertEquals(2, result.code(), result.err());
    assertEquals("", result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertTrue(result.err().startsWith("jitalloc bench: "), result.err());
    assertTrue(result.err().contains(complaint), result.err());
  }
}
