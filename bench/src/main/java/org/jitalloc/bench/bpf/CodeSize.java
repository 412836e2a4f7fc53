package org.jitalloc.bench.bpf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;

/**
 * The size of the code of a generator for programs, with entries, exits and checks.
 *
 * @param instructions the number of BPF instructions, a wide one counted once
 * @param generated the number of machine instructions
 * @param bytes their length in bytes
 */
public record CodeSize(int instructions, int generated, int bytes) {

  /**
   * Measures a generator.
   *
   * @param generator the generator
   * @param cpuFeatures the features of the processor
   * @param programs the programs
   * @param checked whether accesses to memory are checked
   * @return the size
   * @throws IOException if the code cannot be disassembled
   */
  public static CodeSize of(
      BpfCodeGenerator generator,
      Set<String> cpuFeatures,
      List<MeasuredPrograms.Program> programs,
      boolean checked)
      throws IOException {
    int instructions = 0;
    var code = new ByteArrayOutputStream();
    for (var program : programs) {
      var parts = program.check();
      Map<Integer, Long> helpers = new HashMap<>();
      parts.helpers().forEach(number -> helpers.put(number, 0x7f00_1234_5000L));
      var source =
          new BpfSource(
              parts.insns(), parts.functions(), helpers, checked, ByteOrder.LITTLE_ENDIAN);
      code.writeBytes(generator.generate(source, cpuFeatures).bytes());
      long wide = parts.insns().stream().filter(insn -> insn.opcode() == BpfOp.LDDW).count();
      instructions += parts.insns().size() - (int) wide;
    }
    byte[] bytes = code.toByteArray();
    return new CodeSize(instructions, Lengths.count(generator.arch(), bytes), bytes.length);
  }

  /** {@return machine instructions for each BPF instruction} */
  public double ratio() {
    return (double) generated / instructions;
  }

  /** {@return bytes for each BPF instruction} */
  public double bytesEach() {
    return (double) bytes / instructions;
  }
}
