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
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.x86.Tool;

/** Compiles programs and runs all of them in one C process. */
final class BpfHarness {
  static final long MEMORY = 0x50000000;
  static final long STACK = 0x60000000;
  static final int STACK_BYTES = 4096;

  /** Numbers of the helpers in bpf_harness.c that the interpreter knows as well. */
  static final int GATHER = 0;

  static final int NOTHING = 2;
  static final int UNWIND = 5;
  static final int END = 6;
  static final Set<Integer> HELPER_NUMBERS = Set.of(GATHER, NOTHING, UNWIND, END);

  private static final long HELPERS = 0x40000000;
  private static final int HELPER_BYTES = 16;
  private static final int OUTCOME_BYTES = 40;

  private final Path dir;
  private final Path program;
  private final ByteArrayOutputStream cases = new ByteArrayOutputStream();
  private final List<Integer> memorySizes = new ArrayList<>();

  BpfHarness(Path dir) throws IOException {
    this.dir = dir;
    program = Tool.compile(dir, "bpf_harness.c");
  }

  /** How a run ended; {@code broken} counts lost registers and misaligned helper calls. */
  record Outcome(
      long r0, long status, long insn, long address, long broken, byte[] memory, byte[] stack) {}

  static BpfSource source(List<BpfInsn> insns, boolean checked) {
    var helpers = new HashMap<Integer, Long>();
    for (int number : HELPER_NUMBERS) helpers.put(number, HELPERS + number * (long) HELPER_BYTES);
    return new BpfSource(insns, functions(insns), helpers, checked);
  }

  /** Cuts a program where local calls go. */
  static List<BpfFunction> functions(List<BpfInsn> insns) {
    var starts = new java.util.TreeSet<Integer>(Set.of(0));
    for (int i = 0; i < insns.size(); i++) {
      if (BpfOp.isLocalCall(insns.get(i))) starts.add(i + 1 + insns.get(i).imm());
    }
    var functions = new ArrayList<BpfFunction>();
    for (int start : starts) {
      Integer end = starts.higher(start);
      functions.add(new BpfFunction(start, end == null ? insns.size() : end));
    }
    return functions;
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
    var result = Tool.run(List.of(program.toString(), in.toString(), out.toString()));
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
    long[] n = new long[5];
    for (int i = 0; i < n.length; i++) n[i] = bytes.getLong();
    byte[] memory = new byte[memorySize];
    byte[] stack = new byte[STACK_BYTES];
    bytes.get(memory).get(stack);
    return new Outcome(n[0], n[1], n[2], n[3], n[4], memory, stack);
  }
}
