package org.jitalloc.itests.container;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.jitalloc.itests.container.Shell.execute;
import static org.jitalloc.itests.container.Shell.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.itests.harness.InContainer;
import org.jitalloc.kprobes.Kprobes;
import org.jitalloc.modules.LoadedObjects;
import org.jitalloc.modules.ObjectLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Loaded functions are traced and probed by commands; their bundles are independent. */
@InContainer
final class TracingTest {
  private static final FunctionDescriptor SUM =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private final Path object = compile();

  private static Path compile() {
    Assumptions.assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "the registers are those of x86-64");
    try {
      Path source = Files.createTempFile("traced", ".c");
      Path object = Files.createTempFile("traced", ".o");
      object.toFile().deleteOnExit();
      Files.writeString(
          source,
          """
          __attribute__((noinline)) long twice(long a) { return 2 * a; }
          long sum(long a, long b) { return twice(a) + b; }
          """);
      var gcc = new ProcessBuilder("gcc", "-O2", "-fPIC", "-fcf-protection=none", "-c");
      gcc.command().addAll(List.of("-fpatchable-function-entry=5", "-o"));
      gcc.command().addAll(List.of(object.toString(), source.toString()));
      assertEquals(0, gcc.inheritIO().start().waitFor());
      Files.delete(source);
      return object;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private LoadedObjects load() {
    return Inside.service(ObjectLoader.class, Inside.HOST).load(List.of(object));
  }

  private static long sum(LoadedObjects objects, long a, long b) throws Throwable {
    return (long) objects.function("sum", SUM).invokeExact(a, b);
  }

  private String owner() {
    return object.getFileName().toString().replace(".o", "");
  }

  @Test
  void functions_areTraced_whileTheirObjectIsLoaded() throws Throwable {
    assertFalse(execute("trace:sites").contains(owner()));
    try (LoadedObjects objects = load()) {
      String sites = execute("trace:sites");
      assertTrue(sites.contains("sum [" + owner() + "]"), sites);
      assertTrue(sites.contains("twice [" + owner() + "]"), sites);
      execute("trace:filter '*:mod:" + owner() + "'; trace:notrace twice");
      execute("trace:tracer function");
      assertEquals(1, execute("trace:sites --enabled").lines().count());
      assertEquals(42, sum(objects, 20, 2));
      String trace = execute("trace:show");
      assertTrue(trace.contains("sum [" + owner() + "] <-"), trace);
      assertFalse(trace.contains("twice ["), trace);
      execute("trace:notrace --clear; trace:tracer function_graph; trace:show --clear");
      assertEquals(42, sum(objects, 20, 2));
      trace = execute("trace:show");
      assertTrue(trace.contains("twice [" + owner() + "]();"), trace);
      Path json = Files.createTempFile("trace", ".json");
      assertEquals("", execute("trace:show --json '" + json + "'"));
      assertTrue(Files.readString(json).contains("\"twice [" + owner() + "]\""), trace);
      Files.delete(json);
      assertEquals(
          "cannot write /nowhere/at/all: there is no folder /nowhere/at",
          failure("trace:show --json /nowhere/at/all"));
      assertTrue(failure("trace:show --json /").startsWith("cannot write /: "));
      execute("trace:filter sum; trace:filter --append --clear twice");
      assertEquals("twice [" + owner() + "]\n", execute("trace:filter"));
      execute("trace:filter --append --clear");
      assertEquals("#### all functions enabled ####\n", execute("trace:filter"));
    }
    assertFalse(execute("trace:sites").contains(owner()));
  }

  @Test
  void aFunctionThatIsLoadedAndCalled_isTraced_asSomebodyWaitedForIt() throws Exception {
    execute("trace:filter 'twice:mod:" + owner() + "'; trace:tracer function");
    assertEquals("42\n", execute("mod:call --args 20,2 --returns long sum '" + object + "'"));
    assertTrue(execute("trace:show").contains("twice [" + owner() + "] <-"));
  }

  @Test
  void probes_ofCommands_areHit_listedAndTakenAway() throws Throwable {
    try (LoadedObjects objects = load()) {
      execute("probe:events p:mine/first " + owner() + ":twice+5 'a=$arg1:s32' 'b=%rdi'");
      execute("probe:events 'r:second' sum '$retval:u64'");
      assertEquals(
          "p:mine/first %s:twice+5 a=$arg1:s32 b=%%rdi\nr:kprobes/second sum+0 arg1=$retval:u64\n"
              .formatted(owner()),
          execute("probe:events"));
      assertTrue(execute("probe:list").lines().allMatch(l -> l.endsWith("[DISABLED]")));
      assertEquals(42, sum(objects, 20, 2));
      assertEquals("", execute("probe:show"));
      execute("probe:enable '*'");
      assertEquals(-42, sum(objects, -20, -2));
      String shown = execute("probe:show --clear");
      assertTrue(
          shown.contains("first: (" + owner() + ":twice+5) a=-20 b=0xffffffffffffffec"), shown);
      assertTrue(shown.contains(" <- sum+0) arg1=18446744073709551574"), shown);
      assertEquals("", execute("probe:show"));
      String profile = execute("probe:profile");
      assertTrue(profile.lines().allMatch(l -> l.matches("  (first|second) +1 +0")), profile);
      assertTrue(failure("probe:events -:mine/first").startsWith("WRONG_STATE"));
      execute("probe:disable '*'; probe:events -:mine/first -:second");
      assertEquals("", execute("probe:list"));
      assertEquals(42, sum(objects, 20, 2));
      assertTrue(failure("probe:events p nobody").startsWith("NO_SYMBOL"));
      assertTrue(failure("probe:events q sum").contains("begins with p, r or -"));
      execute("probe:blacklist twice");
      assertTrue(failure("probe:events p twice+5").startsWith("BLACKLISTED"));
    }
    assertTrue(failure("probe:events p sum").startsWith("NO_SYMBOL"));
  }

  @Test
  void aBpfProgram_isTraced_ifItIsLoadedToBe() throws Exception {
    execute("trace:tracer function");
    BpfLoadOptions options = Inside.options().withName("seven").withTraceable(true);
    var runtime = Inside.service(BpfRuntime.class, Inside.HOST);
    try (BpfProgram program = runtime.load(Inside.SEVEN, options)) {
      assertTrue(execute("trace:sites").contains("_seven [bpf]"));
      assertEquals(7, program.run(new byte[0]));
      assertTrue(execute("trace:show --clear").contains("_seven [bpf] <-"));
    }
    assertFalse(execute("trace:sites").contains("_seven [bpf]"));
  }

  @Test
  void aFunction_isTracedAndProbedAtItsEntry() throws Throwable {
    try (LoadedObjects objects = load()) {
      execute("trace:tracer function; probe:events p:entry twice; probe:enable entry");
      assertEquals(42, sum(objects, 20, 2));
      assertTrue(execute("trace:show --clear").contains("twice ["));
      assertTrue(execute("probe:show --clear").contains("entry: (twice+0)"));
      execute("trace:tracer nop");
      assertEquals(42, sum(objects, 20, 2));
      assertFalse(execute("trace:show --clear").contains("twice ["));
      assertTrue(execute("probe:show --clear").contains("entry: (twice+0)"));
      execute("trace:tracer function; probe:disable entry; probe:events -:entry");
      assertEquals(42, sum(objects, 20, 2));
      assertTrue(execute("trace:show --clear").contains("twice ["));
      assertEquals("", execute("probe:show"));
    }
  }

  /** Starts a bundle again, and waits for its service. */
  private static void start(Bundle bundle, Class<?> service) throws BundleException {
    bundle.start();
    Inside.service(service, Inside.HOST);
  }

  /** In each order of stops and starts, both find the function in the correct state. */
  @Test
  void bundlesOfTracerAndProbes_stopped_oneUnderTheOther() throws Throwable {
    try (LoadedObjects objects = load()) {
      execute("trace:tracer function; probe:events p:entry twice; probe:enable entry");
      Bundle tracer = Inside.bundle("org.jitalloc.ftrace");
      tracer.stop();
      assertEquals(42, sum(objects, 20, 2));
      assertTrue(execute("probe:show --clear").contains("entry: (twice+0)"));
      start(tracer, Ftrace.class);
      execute("trace:tracer function");
      assertEquals(42, sum(objects, 20, 2));
      assertTrue(execute("trace:show --clear").contains("twice ["));
      assertTrue(execute("probe:show --clear").contains("entry: (twice+0)"));
      Bundle probes = Inside.bundle("org.jitalloc.kprobes");
      probes.stop();
      assertEquals(42, sum(objects, 20, 2));
      assertTrue(execute("trace:show --clear").contains("twice ["));
      start(probes, Kprobes.class);
    }
  }

  @Test
  void aProgramOfBpf_isProbed_untilItIsClosed() throws Exception {
    try (BpfProgram program = Inside.load(Inside.SEVEN)) {
      String name = "bpf:bpf_prog_%d_%s".formatted(program.id(), program.name());
      execute("probe:events p:prog " + name + "; probe:enable prog");
      assertEquals(7, program.run());
      assertTrue(execute("probe:show --clear").contains("prog: (" + name + "+0)"));
    }
    assertEquals("", execute("probe:list"));
    execute("probe:events -:prog");
  }

  @Test
  void bundleOfProbes_stopped_leavesTheCodeAsItWas() throws Throwable {
    try (LoadedObjects objects = load()) {
      execute("probe:events p:gone twice+5; probe:enable gone");
      Bundle bundle = Inside.bundle("org.jitalloc.kprobes");
      bundle.stop();
      assertEquals(42, sum(objects, 20, 2));
      assertTrue(failure("probe:list").startsWith("host cannot be probed"));
      start(bundle, Kprobes.class);
      assertEquals(42, sum(objects, 20, 2));
      assertEquals("", execute("probe:list"));
      execute("probe:events p:again twice+5; probe:enable again");
      assertEquals(42, sum(objects, 20, 2));
      assertTrue(execute("probe:show").contains("again: (twice+5)"));
      execute("probe:disable again; probe:events --clear");
    }
  }
}
