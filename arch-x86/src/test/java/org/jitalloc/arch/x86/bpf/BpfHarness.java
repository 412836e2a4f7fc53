package org.jitalloc.arch.x86.bpf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.tck.RandomProgram;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.arch.x86.CHarness;

/** Compiles programs and runs all of them in one C process. */
final class BpfHarness {
  static final long MEMORY = 0x50000000;
  static final long STACK = 0x60000000;
  static final int STACK_BYTES = 4096;

  private static final long HELPERS = 0x40000000;
  private static final int HELPER_BYTES = 16;
  private static final int OUTCOME_BYTES = 40;

  private final Path dir;
  private final Path program;
  private final ByteArrayOutputStream cases = new ByteArrayOutputStream();
  private final List<Integer> memorySizes = new ArrayList<>();

  BpfHarness(Path dir) throws IOException {
    this.dir = dir;
    program = CHarness.compile(dir, "bpf_harness.c");
  }

  /** How a run ended; {@code broken} counts lost registers and misaligned helper calls. */
  record Outcome(
      long r0, long status, long insn, long address, long broken, byte[] memory, byte[] stack) {}

  static BpfSource source(List<BpfInsn> insns, boolean checked) {
    var helpers = new HashMap<Integer, Long>();
    for (int number : RandomProgram.HELPERS) {
      helpers.put(number, HELPERS + number * (long) HELPER_BYTES);
    }
    return new BpfSource(
        insns, RandomProgram.functions(insns), helpers, checked, ByteOrder.LITTLE_ENDIAN);
  }

  void add(BpfSource source, Set<String> features, byte[] memory) {
    byte[] code = new X86BpfCodeGenerator().generate(source, features).bytes();
    var header = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(code.length).putInt(memory.length);
    cases.writeBytes(header.array());
    cases.writeBytes(code);
    cases.writeBytes(memory);
    memorySizes.add(memory.length);
  }

  List<Outcome> run() throws IOException {
    var in = Files.write(dir.resolve("cases"), cases.toByteArray());
    var out = dir.resolve("results");
    var result = ToolCommand.run(List.of(program.toString(), in.toString(), out.toString()));
    var bytes = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
    var outcomes = new ArrayList<Outcome>();
    for (int size : memorySizes) {
      if (bytes.remaining() < OUTCOME_BYTES + size + STACK_BYTES) {
        throw new AssertionError("case " + outcomes.size() + " ended the process: " + result);
      }
      outcomes.add(read(bytes, size));
    }
    return outcomes;
  }

  private static Outcome read(ByteBuffer bytes, int memorySize) {
    var n = new long[5];
    for (int i = 0; i < n.length; i++) {
      n[i] = bytes.getLong();
    }
    var memory = new byte[memorySize];
    var stack = new byte[STACK_BYTES];
    bytes.get(memory).get(stack);
    return new Outcome(n[0], n[1], n[2], n[3], n[4], memory, stack);
  }
}
