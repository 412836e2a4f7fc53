package org.jitalloc.arch.x86.poke;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.arch.x86.CHarness;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The emitted handler under real signals, in a C program: see trap_harness.c for what each scenario
 * does.
 */
class TrapHandlerTest {
  private static final long TABLE = 0x10000000;
  private static final AddressRange TEXT = new AddressRange(0x20000000, 0x20010000);
  private static final int CODE_BYTES = 64;
  private static final int CASE_BYTES = 16 + 24 + CODE_BYTES;
  private static final int NOT_RUN = 77;

  /** push rdi; popfq: the argument becomes the flags. */
  private static final String SET_FLAGS = "579d";

  /** mov eax, 1..4; ret. */
  private static final String[] GIVES = {
    "", "b801000000c3", "b802000000c3", "b803000000c3", "b804000000c3"
  };

  @TempDir Path dir;
  private final List<byte[]> cases = new ArrayList<>();
  private Path harness;
  private Path handler;

  @BeforeEach
  void build() throws IOException {
    harness = CHarness.compile(dir, "trap_harness.c");
    handler = Files.write(dir.resolve("handler"), new X86TrapHandler().code(TABLE, TEXT));
  }

  @Test
  void everyEmulatedInstruction_everyStateOfFlags_doesWhatTheProcessorDoes() throws IOException {
    for (int condition = 0; condition < 16; condition++) {
      add(SET_FLAGS, "%02x06".formatted(0x70 + condition), GIVES[1] + GIVES[2]);
      add(SET_FLAGS, "0f%02x06000000".formatted(0x80 + condition), GIVES[1] + GIVES[2]);
    }
    for (var nop :
        List.of(
            "90", "6690", "0f1f00", "0f1f4000", "0f1f440000", "660f1f440000", "0f1f8000000000")) {
      add("", nop, GIVES[1]);
    }
    add("", "eb06", GIVES[1] + GIVES[2]);
    add("", "eb06cccccc", "cccccc" + GIVES[2] + GIVES[3]);
    add("", "e906000000", GIVES[1] + GIVES[2]);
    add("31c0", "e806000000", "4801c8c3cccc" + "488b0c24c3");
    add("b805000000", "c3", "cc");
    add("b805000000", "c3cccccccc", "");
    add("59" + "6a0751b809000000", "c20800", "");
    assertTrue(run("emulates").contains("emulated %d ".formatted(cases.size())));
  }

  @Test
  void emulatedCall_pushesTheAddressBehindIt() throws IOException {
    // call +1; ret; then the callee: mov rax, [rsp]; ret
    add("", "e801000000", "c3" + "488b0424c3");
    run("emulates");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chains", "ends", "resumes"})
  void traps_thatAreNotOurs(String scenario) throws IOException {
    run(scenario);
  }

  @Test
  void trap_whileTheTableChanges_findsItsRecordOrTriesAgain() throws IOException {
    add("", "0f1f440000", GIVES[1]);
    run("table_changes");
  }

  @Test
  void poke_whileRunning_neverMixes() throws IOException {
    // nop or jump behind mov eax, 1; call a function that gives 3 in eax; or another mov.
    String head = GIVES[1].substring(0, 10);
    String tail = "c3" + GIVES[2] + GIVES[3];
    add(head, "0f1f440000", tail);
    add(head, "e901000000", tail);
    add(head, "e807000000", tail);
    add(head, "b804000000", tail);
    run("pokes");
  }

  /** A function: code, the instruction that is to be emulated, code. */
  private void add(String before, String instruction, String after) {
    byte[] code = HexFormat.of().parseHex(before + instruction + after);
    int site = before.length() / 2;
    byte[] bytes = HexFormat.of().parseHex(instruction);
    var c = ByteBuffer.allocate(CASE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    c.putInt(code.length).putInt(site).putInt(bytes.length).putInt(0);
    c.put(Emulation.of(bytes, TEXT.start() + site).record()).put(code);
    cases.add(c.array());
  }

  private String run(String scenario) throws IOException {
    var command = new ArrayList<>(List.of(harness.toString(), scenario, handler.toString()));
    if (!cases.isEmpty()) {
      var all = ByteBuffer.allocate(cases.size() * CASE_BYTES);
      cases.forEach(all::put);
      command.add(Files.write(dir.resolve("cases"), all.array()).toString());
    }
    var result = ToolCommand.run(command);
    if (result.exitCode() == NOT_RUN) {
      System.err.println("SKIPPED: " + result.output());
      Assumptions.abort(result.output());
    }
    assertEquals(0, result.exitCode(), result.output());
    System.out.print(scenario + ": " + result.output());
    return result.output();
  }
}
