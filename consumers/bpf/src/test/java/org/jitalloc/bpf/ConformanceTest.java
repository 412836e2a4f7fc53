package org.jitalloc.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.testing.Helper;
import org.jitalloc.bpf.testing.TestRuntimes;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Programs of the instruction set with known results, one JSON object a line in {@code
 * vectors.jsonl}.
 */
class ConformanceTest {

  private record Vector(String name, byte[] program, byte[] memory, boolean refused, long r0) {}

  @TestFactory
  List<DynamicTest> vectors_everyEngine_givesTheKnownResult()
      throws IOException, JsonParserException {
    List<DynamicTest> tests = new ArrayList<>();
    List<Vector> vectors = read();
    for (Engine engine : TestRuntimes.ENGINES) {
      BpfRuntime runtime = TestRuntimes.runtime(Helper.OF_VECTORS);
      for (Vector vector : vectors) {
        tests.add(
            DynamicTest.dynamicTest(
                vector.name() + " " + engine, () -> check(runtime, engine, vector)));
      }
    }
    assertEquals(2 * vectors.size(), tests.size());
    return tests;
  }

  private static void check(BpfRuntime runtime, Engine engine, Vector vector) {
    BpfLoadOptions options = TestRuntimes.on(engine);
    if (vector.refused()) {
      var refused =
          assertThrows(
              BpfLoadException.class, () -> runtime.load(vector.program(), options).close());
      assertEquals(
          "instruction %d: %s: %s"
              .formatted(refused.instruction(), refused.disassembly(), refused.reason()),
          refused.getMessage());
      return;
    }
    try (BpfProgram program = runtime.load(vector.program(), options)) {
      assertEquals(engine, program.engine());
      assertEquals(hex(vector.r0()), hex(program.run(vector.memory().clone())));
    }
  }

  private static String hex(long value) {
    return "0x%016x".formatted(value);
  }

  private static List<Vector> read() throws IOException, JsonParserException {
    List<Vector> vectors = new ArrayList<>();
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                ConformanceTest.class.getResourceAsStream("vectors.jsonl"),
                StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        vectors.add(vector(JsonParser.object().from(line)));
      }
    }
    return vectors;
  }

  private static Vector vector(JsonObject object) {
    boolean refused = text(object, "expect").equals("reject_at_load");
    return new Vector(
        text(object, "name"),
        HexFormat.of().parseHex(text(object, "prog")),
        HexFormat.of().parseHex(text(object, "mem")),
        refused,
        refused ? 0 : Long.parseUnsignedLong(text(object, "r0"), 16));
  }

  private static String text(JsonObject object, String key) {
    return Objects.requireNonNull(object.getString(key), key);
  }
}
