package org.jitalloc.console.vectors;

import java.util.Optional;
import org.jitalloc.JitAllocException;
import org.jitalloc.bpf.BpfException;
import org.jitalloc.bpf.BpfLoadException;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.console.vectors.TestVector.Refused;
import org.jitalloc.console.vectors.TestVector.Returns;

/** Runs test vectors on one engine of a runtime. */
public final class VectorRun {
  private final BpfRuntime runtime;
  private final Engine engine;

  /**
   * Creates a run.
   *
   * @param runtime loads the programs
   * @param engine runs them
   */
  public VectorRun(BpfRuntime runtime, Engine engine) {
    this.runtime = runtime;
    this.engine = engine;
  }

  /**
   * Runs a vector.
   *
   * @param vector the vector
   * @return the failure, for people; empty if the result is as expected
   */
  public Optional<String> failure(TestVector vector) {
    var options = BpfLoadOptions.DEFAULTS.withName(vector.name()).withEngine(engine);
    try (BpfProgram program = runtime.load(vector.program(), options)) {
      return switch (vector.expected()) {
        case Refused _ -> Optional.of("loaded, but must be refused");
        case Returns(long r0) -> compare(r0, program.run(vector.memory().clone()));
      };
    } catch (BpfLoadException refused) {
      return vector.expected() instanceof Refused
          ? Optional.empty()
          : Optional.of("refused: " + refused.getMessage());
    } catch (BpfException | JitAllocException failure) {
      return Optional.of(String.valueOf(failure.getMessage()));
    }
  }

  private static Optional<String> compare(long expected, long r0) {
    return r0 == expected
        ? Optional.empty()
        : Optional.of("r0 is %016x, expected %016x".formatted(r0, expected));
  }
}
