package org.jitalloc.bpf.ds;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jitalloc.ClientAllocator;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.TextPoker;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfStoppedException;
import org.jitalloc.bpf.BpfStoppedException.Reason;
import org.jitalloc.bpf.testing.Helper;
import org.jitalloc.support.TextPublisher;
import org.junit.jupiter.api.Test;

/** What the component does with what a framework would give it, in the order it would. */
class BpfRuntimeComponentTest {

  private record Settings(
      boolean allowUnchecked, long timeLimitMillis, long maxTimeLimitMillis, long stepLimit)
      implements BpfRuntimeComponent.Config {

    Settings(boolean allowUnchecked) {
      this(allowUnchecked, 60_000, 0, 0);
    }

    @Override
    public Class<? extends Annotation> annotationType() {
      return BpfRuntimeComponent.Config.class;
    }
  }

  private static final byte[] CALL = program().call(1).exit().bytes();

  private final BpfRuntimeComponent component =
      new BpfRuntimeComponent(TextPublisher.NOBODY, JitAlloc.host(), new Settings(false), Map.of());
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
    var helper = new Helper(1, "one", (_, _) -> 1);
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
  void bundleThatStopped_canLoadNoMore() {
    runtime.closePrograms();
    byte[] code = program().exit().bytes();
    assertThrows(IllegalStateException.class, () -> runtime.load(code));
    assertEquals(0, runtime().load(code).run());
    component.deactivate();
  }

  /** Changes of code fail while {@code pokesFail}. */
  private <T> T withPokesThatFail(Class<T> type, T real, AtomicBoolean pokesFail) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              if (method.getName().equals("poke") && pokesFail.get()) {
                throw new JitAllocException(JitAllocException.Reason.SYSTEM, "on purpose");
              }
              Object result;
              try {
                result = method.invoke(real, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
              return switch (result) {
                case ClientAllocator client ->
                    withPokesThatFail(ClientAllocator.class, client, pokesFail);
                case TextPoker poker -> withPokesThatFail(TextPoker.class, poker, pokesFail);
                case null, default -> result;
              };
            }));
  }

  @Test
  void bundleThatStops_withAProgramThatOthersStillLeadTo_keepsItsCode() {
    var pokesFail = new AtomicBoolean();
    JitAllocator host = withPokesThatFail(JitAllocator.class, JitAlloc.host(), pokesFail);
    var failing =
        new BpfRuntimeComponent(TextPublisher.NOBODY, host, new Settings(false), Map.of());
    failing.bindGenerator(generatorOfThisMachine());
    var stops = new BundleRuntime(failing, "com.acme");
    var stays = new BundleRuntime(failing, "com.other");
    BpfProgram source = stays.load(program().mov(0, 1).exit().bytes());
    source.redirectTo(stops.load(program().mov(0, 2).exit().bytes()));
    pokesFail.set(true);
    assertThrows(JitAllocException.class, stops::closePrograms);
    assertEquals(2, source.run());
    pokesFail.set(false);
    failing.deactivate();
    assertThrows(IllegalStateException.class, source::run);
  }

  @Test
  void modified_allowUnchecked_isInForceForLaterPrograms_unlessAKeyIsUnknown() {
    byte[] code = program().exit().bytes();
    BpfLoadOptions options = BpfLoadOptions.DEFAULTS.withChecks(MemoryChecks.UNCHECKED);
    assertThrows(JitAllocException.class, () -> runtime.load(code, options));
    component.modified(new Settings(true), Map.of("allowUnchecked", true));
    runtime.load(code, options).close();
    component.modified(new Settings(true), Map.of("allowUncheked", false, "allowUnchecked", true));
    assertThrows(JitAllocException.class, () -> runtime.load(code, options));
    component.deactivate();
  }

  @Test
  void modified_limits_areInForceForLaterPrograms_andStrictIfWrong() {
    byte[] loop = program().mov(0, 0).jump(-2).exit().bytes();
    component.modified(new Settings(false, 20, 5000, 0), Map.of());
    BpfProgram program = runtime.load(loop);
    var end = assertThrows(BpfStoppedException.class, program::run);
    assertEquals(Reason.TIME_LIMIT, end.reason());
    BpfLoadOptions minutes = BpfLoadOptions.DEFAULTS.withTimeLimit(Duration.ofMinutes(2));
    assertThrows(JitAllocException.class, () -> runtime.load(loop, minutes));
    component.modified(new Settings(false, 20, 0, 9), Map.of());
    runtime.load(loop, minutes);
    BpfProgram few = runtime.load(loop);
    assertEquals(Reason.STEP_LIMIT, assertThrows(BpfStoppedException.class, few::run).reason());
    component.modified(new Settings(false, -1, 0, 0), Map.of());
    assertThrows(JitAllocException.class, () -> runtime.load(loop, minutes));
    component.modified(new Settings(false, 20, 0, 0), Map.of("maxTimeLimitMilis", 20));
    assertThrows(JitAllocException.class, () -> runtime.load(loop, minutes));
    component.deactivate();
  }

  @Test
  void bundleThatStops_stopsTheRunsOfItsPrograms() throws Exception {
    var inside = new CountDownLatch(1);
    component.bindHelper(
        new Helper(
            1,
            "inside",
            (_, _) -> {
              inside.countDown();
              return 0;
            }));
    component.bindGenerator(generatorOfThisMachine());
    BpfProgram program = runtime.load(program().call(1).mov(0, 0).jump(-2).exit().bytes());
    var run = new FutureTask<>(program::run);
    Thread.ofPlatform().daemon().start(run);
    inside.await();
    runtime.closePrograms();
    var end = assertThrows(ExecutionException.class, () -> run.get(1, TimeUnit.MINUTES));
    assertEquals(Reason.CLOSED, ((BpfStoppedException) end.getCause()).reason());
    component.deactivate();
  }
}
