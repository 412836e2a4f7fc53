package org.jitalloc.modules.load;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.Upcall;
import org.jitalloc.modules.KernelRules;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.ModuleNotifier;
import org.jitalloc.modules.ModuleState;
import org.jitalloc.modules.SymbolMap;
import org.jitalloc.modules.plain.ModuleLoaders;
import org.jitalloc.modules.testing.HostCompiler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules in this process: their functions run as they come and go. */
final class ModuleLifecycleTest {
  private static final int CONSTRUCTED = 1;
  private static final int INIT = 2;
  private static final int EXIT = 3;

  private static final String MODULE =
      """
      void note(int);
      int value = 5;
      int init_module(void);
      void cleanup_module(void);
      __attribute__((section(".modinfo"), used)) static const char info[] = "license=GPL";
      __attribute__((section(".gnu.linkonce.this_module"), used))
      static struct { int (*init)(void); void (*exit)(void); } this_module
          = { init_module, EXIT_FUNCTION };
      __attribute__((constructor, section(".init.text"))) static void construct(void) { note(1); }
      __attribute__((section(".init.text"))) int init_module(void) { note(2); return RESULT; }
      #ifdef HAS_EXIT
      __attribute__((section(".exit.text"))) void cleanup_module(void) { note(3); }
      #endif
      """;

  @TempDir Path folder;
  private final JitAllocator host = JitAlloc.host();
  private final List<String> events = new ArrayList<>();
  private final ModuleLoader loader =
      ModuleLoaders.of(host, KernelRules.NONE, List.of(new Noting("first"), new Noting("second")));
  private Upcall note;
  private long liveBefore;

  /** Notes what it hears, and refuses what is called so. */
  private final class Noting implements ModuleNotifier {
    private final String name;

    Noting(String name) {
      this.name = name;
    }

    private void note(String what, LoadedModule module) {
      events.add("%s %s %s".formatted(name, what, module.state()));
    }

    @Override
    public void coming(LoadedModule module) {
      note("coming", module);
      if (module.name().equals("refused_by_" + name)) {
        throw new IllegalArgumentException("I do not like it");
      }
      assertEquals(List.of(module), loader.modules());
      assertEquals(ModuleState.COMING, module.state());
      assertEquals(Reason.BUSY, reason(module::close));
    }

    @Override
    public void live(LoadedModule module) {
      note("live", module);
      assertEquals(Reason.BUSY, reason(module::close));
      throw new IllegalStateException("is logged, and the other is told all the same");
    }

    @Override
    public void going(LoadedModule module) {
      note("going", module);
      assertEquals(Reason.BUSY, reason(module::close));
    }
  }

  @BeforeEach
  void prepare() throws ReflectiveOperationException {
    MethodHandle method =
        MethodHandles.lookup().bind(this, "noted", MethodType.methodType(void.class, int.class));
    note = host.upcall(method, FunctionDescriptor.ofVoid(JAVA_INT));
    liveBefore = host.stats().live();
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(List.of(), loader.modules());
    assertEquals(liveBefore, host.stats().live());
    note.close();
  }

  @SuppressWarnings("unused") // by the modules
  private void noted(int what) {
    events.add(
        switch (what) {
          case CONSTRUCTED -> "constructed";
          case INIT -> "init";
          case EXIT -> "exit";
          default -> "note " + what;
        });
  }

  private LoadOptions options() {
    return LoadOptions.DEFAULTS.withKernel(SymbolMap.of(Map.of("note", note.address())));
  }

  private Path module(String name, int result, boolean hasExit) throws IOException {
    List<String> options = new ArrayList<>(List.of("-fPIC", "-DRESULT=" + result));
    options.add("-DEXIT_FUNCTION=" + (hasExit ? "cleanup_module" : "0"));
    if (hasExit) {
      options.add("-DHAS_EXIT");
    }
    Path object =
        new HostCompiler(folder).compile(name + ".c", MODULE, options.toArray(new String[0]));
    return Files.move(object, folder.resolve(name + ".ko"));
  }

  private static Reason reason(Runnable action) {
    return assertThrows(ModuleException.class, action::run).reason();
  }

  @Test
  void functionsRun_andOthersHear_inTheKernelsOrder() throws IOException {
    LoadedModule module = loader.load(module("whole", 0, true), options());
    assertEquals(
        List.of(
            "first coming COMING",
            "second coming COMING",
            "constructed",
            "init",
            "first live LIVE",
            "second live LIVE"),
        events);
    assertEquals(List.of(), module.warnings());
    assertFalse(module.memories().stream().anyMatch(memory -> memory.type().isInit()));
    long text = module.memories().getFirst().address();
    assertEquals(module, loader.moduleAt(text).orElseThrow());
    events.clear();
    module.close();
    assertEquals(List.of("exit", "first going GOING", "second going GOING"), events);
    assertTrue(loader.moduleAt(text).isEmpty());
    module.close();
    assertEquals(3, events.size());
  }

  @Test
  void anInitThatFails_leavesNothing() throws IOException {
    Path file = module("failing", -19, true);
    for (int i = 0; i < 2; i++) {
      events.clear();
      var failure = assertThrows(ModuleException.class, () -> loader.load(file, options()));
      assertEquals(Reason.INIT_FAILED, failure.reason());
      assertTrue(
          failure.getMessage().endsWith("init_module of failing returned -19"),
          failure::getMessage);
      assertEquals(
          List.of(
              "first coming COMING",
              "second coming COMING",
              "constructed",
              "init",
              "first going GOING",
              "second going GOING"),
          events);
      assertEquals(List.of(), loader.modules());
      assertEquals(liveBefore, host.stats().live());
    }
    assertEquals(0, loader.stats().failedLoads());
    assertEquals(0, loader.stats().loaded());
  }

  @Test
  void anInitThatReturnsMoreThanZero_isSuspicious() throws IOException {
    try (LoadedModule module = loader.load(module("odd", 7, true), options())) {
      assertEquals(1, module.warnings().size());
      assertTrue(module.warnings().getFirst().startsWith("init_module suspiciously returned 7;"));
    }
  }

  @Test
  void whoRefuses_isNotToldThatItGoes_butThoseBefore() throws IOException {
    Path file = module("refused-by-second", 0, true);
    var failure = assertThrows(ModuleException.class, () -> loader.load(file, options()));
    assertEquals(Reason.REFUSED, failure.reason());
    assertTrue(failure.getMessage().contains("I do not like it"), failure::getMessage);
    assertEquals(
        List.of("first coming COMING", "second coming COMING", "first going COMING"), events);
    assertEquals(1, loader.stats().failedLoads());
  }

  @Test
  void aModuleWithoutExit_goesOnlyByForce_andThatTaints() throws IOException {
    LoadedModule module = loader.load(module("permanent", 0, false), options());
    assertTrue(module.facts().isPermanent());
    assertEquals(Reason.BUSY, reason(module::close));
    assertFalse(loader.taints().letters().contains("R"));
    module.unload(true);
    assertTrue(loader.taints().letters().contains("R"));
  }

  @Test
  void aPlainObject_isAskedForItsFunctions_too() throws IOException {
    String source = "void note(int); int init_module(void) { note(8); return 0; }";
    Path object = new HostCompiler(folder).compile("plain.c", source, "-fPIC");
    try (LoadedModule module = loader.load(object, options())) {
      assertTrue(events.contains("note 8"), events::toString);
      assertEquals(Set.of(), module.users());
    }
  }
}
