package org.jitalloc.bpf.run;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;
import org.jitalloc.bpf.check.CheckedProgram;
import org.jitalloc.bpf.helper.HelperLease;
import org.jitalloc.bpf.interp.FaultDescriber;

/**
 * Makes live code of programs, with the generator for the architecture of the allocator, if there
 * is one.
 */
final class Compiler {

  private final JitAllocator allocator;
  private final List<BpfCodeGenerator> generators = new CopyOnWriteArrayList<>();

  Compiler(JitAllocator allocator) {
    this.allocator = allocator;
  }

  void add(BpfCodeGenerator generator) {
    generators.add(generator);
  }

  void remove(BpfCodeGenerator generator) {
    generators.remove(generator);
  }

  /** The generator for programs of a byte order, if there is one. */
  Optional<BpfCodeGenerator> generator(ByteOrder order) {
    return ofThisArch().filter(g -> g.byteOrders().contains(order));
  }

  private Optional<BpfCodeGenerator> ofThisArch() {
    String arch = allocator.target().arch();
    return generators.stream().filter(g -> g.arch().equals(arch)).findFirst();
  }

  BpfCodeGenerator requireGenerator(ByteOrder order) {
    BpfCodeGenerator generator =
        ofThisArch()
            .orElseThrow(
                () ->
                    new JitAllocException(
                        Reason.UNSUPPORTED,
                        "no BPF code generator for target=%s arch=%s, there are %s: add the bundle of that architecture, or load with engine AUTO or INTERPRETER"
                            .formatted(
                                allocator.target().name(),
                                allocator.target().arch(),
                                generators.stream().map(BpfCodeGenerator::arch).toList())));
    if (!generator.byteOrders().contains(order)) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "the BPF code generator for arch=%s does not compile programs of byteOrder=%s, only %s: load with engine AUTO or INTERPRETER"
              .formatted(generator.arch(), order, generator.byteOrders()));
    }
    return generator;
  }

  /** Compiles a program for an owner. If that fails, nothing stays allocated. */
  static CompiledCode compile(
      JitAllocator allocator,
      BpfCodeGenerator generator,
      CheckedProgram program,
      HelperLease helpers,
      BpfLoadOptions options,
      RunLimits limits,
      int id,
      IntFunction<FaultDescriber> describer) {
    var source =
        new BpfSource(
            program.insns(),
            program.functions(),
            helpers.addresses(),
            options.checks() == MemoryChecks.CHECKED,
            options.byteOrder(),
            options.traceable(),
            id,
            limits.countsSteps());
    BpfCode code = generator.generate(source, allocator.target().cpuFeatures());
    JitMemory memory =
        allocator.allocate(
            AllocationRequest.of(ModMemType.TEXT, code.bytes().length).withPurpose(Purpose.BPF));
    try {
      memory.write(0, code.bytes());
      memory.publish();
      return new CompiledCode(allocator, memory, code, options.traceable(), describer);
    } catch (Throwable failed) {
      memory.close();
      throw failed;
    }
  }
}
