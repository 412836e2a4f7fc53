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
 * What a generator makes of programs, all of it: with the entry, the exits and the checks.
 *
 * @param instructions how many instructions the programs have, a wide one counting once
 * @param generated how many were generated
 * @param bytes their bytes
 */
public record CodeSize(int instructions, int generated, int bytes) {

  /**
   * Generates.
   *
   * @param generator the generator
   * @param cpuFeatures what its processor can
   * @param programs the programs
   * @param checked whether accesses to memory are checked
   * @return how much it is
   * @throws IOException if the code cannot be taken apart
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

  /** {@return instructions for one of the program} */
  public double ratio() {
    return (double) generated / instructions;
  }

  /** {@return bytes for one instruction of the program} */
  public double bytesEach() {
    return (double) bytes / instructions;
  }
}
