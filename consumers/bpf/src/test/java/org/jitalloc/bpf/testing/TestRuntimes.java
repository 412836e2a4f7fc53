package org.jitalloc.bpf.testing;

import java.lang.reflect.Proxy;
import java.nio.ByteOrder;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.Target;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.bpf.BpfHelper;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.bpf.plain.BpfRuntimes;

/** Runtimes to test with. */
public final class TestRuntimes {

  /** What each test of behaviour runs on. */
  public static final List<Engine> ENGINES = List.of(Engine.INTERPRETER, Engine.JIT);

  private TestRuntimes() {}

  /** The byte orders that programs are compiled in on this machine. */
  public static Set<ByteOrder> compiledOrders() {
    return generator().byteOrders();
  }

  /** The code generator for this machine. */
  static BpfCodeGenerator generator() {
    String arch = JitAlloc.host().target().arch();
    return ServiceLoader.load(BpfCodeGenerator.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(generator -> generator.arch().equals(arch))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no BPF code generator for " + arch));
  }

  /** A runtime on the allocator of this machine, with code generator. */
  public static BpfRuntime runtime(List<? extends BpfHelper> helpers) {
    return BpfRuntimes.of(JitAlloc.host(), helpers, true);
  }

  public static BpfRuntime runtime(BpfHelper... helpers) {
    return runtime(List.of(helpers));
  }

  public static BpfLoadOptions on(Engine engine) {
    return BpfLoadOptions.DEFAULTS.withEngine(engine).withName("test");
  }

  /** An allocator of a machine without a code generator; asked for anything else, it fails. */
  public static JitAllocator strangeMachine() {
    var target = new Target("host", "pdp11", ByteOrder.LITTLE_ENDIAN, Target.Kind.HOST, Set.of());
    return (JitAllocator)
        Proxy.newProxyInstance(
            TestRuntimes.class.getClassLoader(),
            new Class<?>[] {JitAllocator.class},
            (_, method, _) -> {
              if (method.getName().equals("target")) {
                return target;
              }
              if (method.getName().equals("require")) {
                return null; // everything is allowed
              }
              throw new AssertionError("unexpected call of " + method);
            });
  }
}
