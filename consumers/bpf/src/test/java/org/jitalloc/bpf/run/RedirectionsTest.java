package org.jitalloc.bpf.run;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ServiceLoader;
import org.jitalloc.JitAlloc;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.testing.TestRuntimes;
import org.jitalloc.support.TextPublisher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedirectionsTest {
  private final LocalRuntime runtime =
      new LocalRuntime(JitAlloc.host(), false, TextPublisher.NOBODY);

  @AfterEach
  void close() {
    runtime.close();
  }

  /**
   * A thread that took the jump of the first program may enter the second one after it was
   * redirected, though the first one is not its source any more.
   */
  @Test
  void programThatWasEverRedirected_clearsTheStackOfAllThatItsJumpMayLeadTo() {
    ServiceLoader.load(BpfCodeGenerator.class).forEach(runtime::add);
    LoadedProgram first = load();
    LoadedProgram second = load();
    assertEquals(0, first.link().stackBytes());
    first.redirectTo(second);
    first.restore();
    second.redirectTo(load());
    assertEquals(BpfFrame.STACK_BYTES, first.link().stackBytes());
  }

  private LoadedProgram load() {
    return (LoadedProgram)
        runtime.load(program().mov(0, 1).exit().bytes(), TestRuntimes.on(Engine.JIT));
  }
}
