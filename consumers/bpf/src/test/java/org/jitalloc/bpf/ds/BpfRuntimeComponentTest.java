package org.jitalloc.bpf.ds;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.ServiceLoader;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.testing.Helper;
import org.jitalloc.support.TextPublisher;
import org.junit.jupiter.api.Test;

/** What the component does with what a framework would give it, in the order it would. */
class BpfRuntimeComponentTest {

  private record Settings(boolean allowUnchecked) implements BpfRuntimeComponent.Config {
    @Override
    public Class<? extends Annotation> annotationType() {
      return BpfRuntimeComponent.Config.class;
    }
  }

  private static final byte[] CALL = program().call(1).exit().bytes();

  private final BpfRuntimeComponent component =
      new BpfRuntimeComponent(TextPublisher.NOBODY, JitAlloc.host(), new Settings(false));
  private final BundleRuntime runtime = runtime();

  private BundleRuntime runtime() {
    return new BundleRuntime(component, "com.acme");
  }

  private static BpfCodeGenerator generatorOfThisMachine() {
    String arch = JitAlloc.host().target().arch();
    return ServiceLoader.load(BpfCodeGenerator.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(generator -> generator.arch().equals(arch))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void services_comeAndGo_changeWhatIsPossible() {
    Helper helper = new Helper(1, "one", (_, _) -> 1);
    component.bindHelper(helper);
    BpfProgram early = runtime.load(CALL);
    assertEquals(Engine.INTERPRETER, early.engine());
    BpfCodeGenerator generator = generatorOfThisMachine();
    component.bindGenerator(generator);
    BpfProgram compiled = runtime.load(CALL);
    assertEquals(Engine.JIT, compiled.engine());
    component.unbindGenerator(generator);
    assertEquals(1, compiled.run());
    assertEquals(Map.of(1, "one"), runtime.helpers());
    component.unbindHelper(helper);
    assertEquals(Map.of(), runtime.helpers());
    component.deactivate();
    assertThrows(IllegalStateException.class, compiled::run);
    assertThrows(IllegalStateException.class, early::run);
    assertTrue(runtime.programs().isEmpty());
  }

  @Test
  void deactivate_givesAllMemoryBack() {
    ServiceLoader.load(BpfCodeGenerator.class).forEach(component::bindGenerator);
    long before = JitAlloc.host().stats().live();
    for (int i = 0; i < 10; i++) {
      runtime.load(program().exit().bytes());
    }
    assertEquals(before + 10, JitAlloc.host().stats().live());
    component.deactivate();
    assertEquals(before, JitAlloc.host().stats().live());
  }

  @Test
  void bundleThatStops_losesItsProgramsAndNobodyElses() {
    BundleRuntime other = runtime();
    BpfProgram kept = other.load(program().exit().bytes());
    BpfProgram lost = runtime.load(program().exit().bytes());
    assertEquals(2, other.programs().size());
    runtime.closePrograms();
    assertThrows(IllegalStateException.class, lost::run);
    assertEquals(0, kept.run());
    component.deactivate();
  }

  @Test
  void modified_allowUnchecked_holdsForLaterPrograms() {
    byte[] code = program().exit().bytes();
    BpfLoadOptions options = BpfLoadOptions.DEFAULTS.withChecks(MemoryChecks.UNCHECKED);
    assertThrows(JitAllocException.class, () -> runtime.load(code, options));
    component.modified(new Settings(true));
    runtime.load(code, options).close();
    component.deactivate();
  }
}
