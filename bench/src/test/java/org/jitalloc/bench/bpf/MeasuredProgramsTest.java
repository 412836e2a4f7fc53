package org.jitalloc.bench.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.ServiceLoader;
import java.util.Set;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;
import org.junit.jupiter.api.Test;

class MeasuredProgramsTest {
  private static final int MEMORY_BYTES = 1500;

  private final MeasuredPrograms programs = new MeasuredPrograms(Path.of("."));

  /** All engines compute the same results. */
  @Test
  void performance_everyWay_givesWhatGccGives() throws IOException {
    var results = new HashSet<Long>();
    try (var speed = new Speed(MEMORY_BYTES, 1, 0)) {
      for (var program : programs.performance()) {
        long expected =
            new GccPrograms(Path.of(".")).time(program.name(), MEMORY_BYTES, 1, 0).result();
        for (var checks : MemoryChecks.values()) {
          assertEquals(expected, speed.time(program, Engine.JIT, checks).result(), program.name());
        }
        var interpreted = speed.time(program, Engine.INTERPRETER, MemoryChecks.CHECKED);
        assertEquals(expected, interpreted.result(), program.name());
        assertTrue(results.add(expected), "the same as another: " + program.name());
      }
    }
    assertFalse(results.isEmpty());
  }

  @Test
  void vectors_areProgramsWithoutThoseThatAreRefused() throws IOException {
    assertTrue(programs.vectors().size() > 100, "programs: " + programs.vectors().size());
  }

  @Test
  void codeSize_ofEachArchitecture_countsWholeInstructions() throws IOException {
    for (var generator : ServiceLoader.load(BpfCodeGenerator.class)) {
      var checked = CodeSize.of(generator, Set.of(), programs.performance(), true);
      var unchecked = CodeSize.of(generator, Set.of(), programs.performance(), false);
      assertEquals(checked.instructions(), unchecked.instructions());
      assertTrue(unchecked.generated() < checked.generated(), "checks cost something");
      assertTrue(unchecked.bytes() > unchecked.generated(), "an instruction has a byte or more");
    }
  }
}
