package org.jitalloc.arch.x86.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.arch.x86.CHarness;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compiled functions, every instruction of each replaced in turn by a breakpoint that leads to a
 * copy of it elsewhere, and, where one can be, by a jump: the function has to give what it gave.
 * See probe_harness.c.
 */
class OutOfLineTest {
  private static final long SLOT = 0x0f00_0000;
  private static final int CASE_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES + 256;
  private static final Pattern SYMBOL = Pattern.compile("(\\w+) (\\w+) [tT] ([pa]_\\w+)");
  private static final Pattern RESULT =
      Pattern.compile("(\\d+) probes, (\\d+) of them hit (\\d+) times\n");

  @TempDir Path dir;
  private final ByteArrayOutputStream cases = new ByteArrayOutputStream();
  private int breakpoints;
  private int jumps;

  private record Function(String name, long address, int bytes) {}

  @ParameterizedTest
  @ValueSource(
      strings = {"-O0", "-O1", "-O2", "-O3 -fno-jump-tables", "-Os", "-O2 -fcf-protection"})
  void everyInstruction_outOfLine_sameResults(String options) throws IOException {
    var compiler = new ArrayList<>(List.of(options.split(" ")));
    compiler.addAll(List.of("-no-pie", "-Wl,--section-start=probed=0x10000000"));
    var program = CHarness.compile(dir, "probe_harness.c", compiler.toArray(String[]::new));
    var section = ElfSections.of(program).get("probed");
    var functions = functions(program);
    assertTrue(functions.size() > 40, "hardly any functions");
    for (var function : functions) {
      probe(section.bytes(), (int) (function.address() - section.address()), function);
    }
    var file = Files.write(dir.resolve("cases"), cases.toByteArray());
    var result = ToolCommand.run(List.of(program.toString(), file.toString()));
    assertEquals(0, result.exitCode(), result.output());
    var counts = RESULT.matcher(result.output());
    assertTrue(counts.matches(), result.output());
    assertEquals(breakpoints + jumps, Integer.parseInt(counts.group(1)));
    System.out.printf(
        "%s: %d breakpoints, %d jumps: %s", options, breakpoints, jumps, result.output());
    int hit = Integer.parseInt(counts.group(2));
    assertTrue(hit > breakpoints * 9 / 10, "too few probes were met: " + hit);
    assertTrue(jumps > 100, "too few jumps: " + jumps);
  }

  private static List<Function> functions(Path program) {
    var functions = new ArrayList<Function>();
    for (String line : ToolCommand.must(List.of("nm", "-S", program.toString())).lines().toList()) {
      var symbol = SYMBOL.matcher(line);
      if (!symbol.matches()) {
        continue;
      }
      long address = Long.parseLong(symbol.group(1), 16);
      functions.add(new Function(symbol.group(3), address, Integer.parseInt(symbol.group(2), 16)));
    }
    return functions;
  }

  private void probe(byte[] code, int start, Function function) {
    var sweep = Sweep.of(code, start, function.bytes());
    assertEquals(Outcome.DECODED, sweep.outcome(), function.name());
    for (int offset = 0; offset < function.bytes(); offset++) {
      var refusal = Probes.check(code, start, sweep, offset);
      if (!sweep.starts().get(offset)) {
        assertEquals(Optional.of(ProbeRefusal.MID_INSTRUCTION), refusal);
        continue;
      }
      // Compilers end functions that are all assembler so.
      boolean isLast = sweep.starts().nextSetBit(offset + 1) < 0;
      if (isLast && refusal.equals(Optional.of(ProbeRefusal.UNDEFINED))) {
        continue;
      }
      assertEquals(Optional.empty(), refusal, function.name() + "+" + offset);
      int next = sweep.starts().nextSetBit(offset + 1);
      int bytes = (next < 0 ? function.bytes() : next) - offset;
      add(code, start, function, offset, bytes, 1);
      breakpoints++;
      var cover = JumpCover.of(code, start, sweep, offset, new BitSet());
      if (cover instanceof JumpCover.Covers covers) {
        add(code, start, function, offset, covers.bytes(), covers.bytes());
        jumps++;
      }
    }
  }

  /** One byte at the site is a breakpoint, more are a jump. */
  private void add(
      byte[] code, int start, Function function, int offset, int bytes, int siteBytes) {
    long address = function.address() + offset;
    var detour = OutOfLine.move(code, start + offset, bytes, address, SLOT);
    byte[] moved = assertInstanceOf(Detour.Moved.class, detour).code();
    if (siteBytes == 1) {
      assertTrue(moved.length <= OutOfLine.MAX_BYTES, detour::toString);
    }
    var out = ByteBuffer.allocate(CASE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(function.address()).putLong(address).putLong(SLOT);
    out.putInt(siteBytes).putInt(moved.length).put(moved);
    cases.writeBytes(out.array());
  }
}
