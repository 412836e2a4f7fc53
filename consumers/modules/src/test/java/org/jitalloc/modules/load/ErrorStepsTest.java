package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModuleMemory;
import org.jitalloc.arch.tck.module.KernelModuleSource;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.KernelRules;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.ModuleNotifier;
import org.jitalloc.modules.SymbolMap;
import org.jitalloc.modules.plain.ModuleLoaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever step of a load or an unload throws an Error, nothing is left and nothing waits. */
final class ErrorStepsTest {
  private static final ModuleAssembler ASSEMBLER = ModuleAssembler.AMD64;

  private static final LoadOptions OPTIONS =
      LoadOptions.DEFAULTS.withKernel(
          SymbolMap.of(Map.of("param_ops_int", 1L, "param_ops_charp", 2L, "param_ops_uint", 3L)));

  @TempDir Path folder;
  private final JitAllocator allocator = JitAlloc.newImage("image-errors", "amd64");
  private Path file;

  /** The step that throws, and how many there were. */
  private int failing = -1;

  private int steps;
  private boolean thrown;

  private static final class StepError extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Throws at one step of a notifier. */
  private record Failing(String when, List<String> heard) implements ModuleNotifier {
    private void hear(String what) {
      heard.add(what);
      if (what.equals(when)) {
        throw new NoClassDefFoundError("a bundle that is gone");
      }
    }

    @Override
    public void coming(LoadedModule module) {
      hear("coming");
    }

    @Override
    public void live(LoadedModule module) {
      hear("live");
    }

    @Override
    public void going(LoadedModule module) {
      hear("going");
    }
  }

  @BeforeEach
  void assemble() throws IOException {
    String source =
        KernelModuleSource.withParameters(ASSEMBLER)
            + new KernelModuleSource(ASSEMBLER, "license=GPL").export("shared", false, "", 0);
    file = ASSEMBLER.assemble(folder, "whole", source);
  }

  private void requireNothingLeft(ModuleLoader loader) {
    assertEquals(List.of(), loader.modules());
    assertEquals(0, allocator.stats().live(), allocator.stats()::toString);
  }

  private static LoadedModule load(ModuleLoader loader, Path file) {
    return assertTimeoutPreemptively(Duration.ofSeconds(20), () -> loader.load(file, OPTIONS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"coming", "live", "going"})
  void anErrorInANotifier_leavesNoModuleStuck(String when) {
    var first = new ArrayList<String>();
    var last = new ArrayList<String>();
    var notifiers =
        List.<ModuleNotifier>of(
            new Failing("", first), new Failing(when, new ArrayList<>()), new Failing("", last));
    ModuleLoader loader = ModuleLoaders.of(allocator, KernelRules.NONE, notifiers);
    if (when.equals("coming")) {
      assertThrows(NoClassDefFoundError.class, () -> load(loader, file));
      assertEquals(List.of("coming", "going"), first);
    } else {
      load(loader, file).unload(true);
      assertEquals(List.of("coming", "live", "going"), first);
      assertEquals(first, last, "the others hear it all the same");
    }
    requireNothingLeft(loader);
  }

  @Test
  void anErrorAtTheEndOfALoader_doesNotKeepOtherModules() throws Exception {
    var notifiers = List.<ModuleNotifier>of(new Failing("going", new ArrayList<>()));
    ModuleLoader loader = ModuleLoaders.of(allocator, KernelRules.NONE, notifiers);
    load(loader, file);
    String other = new KernelModuleSource(ASSEMBLER, "license=GPL", "name=n").toString();
    load(loader, ASSEMBLER.assemble(folder, "other", other));
    ((AutoCloseable) loader).close();
    requireNothingLeft(loader);
  }

  @Test
  void aNotifierThatLoadsItsOwnModule_isRefused() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("twin")).resolve("whole.ko");
    Files.copy(file, copy);
    var loaders = new ArrayList<ModuleLoader>();
    var refused = new ArrayList<Reason>();
    ModuleNotifier nested =
        new ModuleNotifier() {
          private void nest(LoadedModule module) {
            assertEquals("whole", module.name());
            refused.add(
                assertThrows(ModuleException.class, () -> loaders.getFirst().load(copy, OPTIONS))
                    .reason());
          }

          @Override
          public void coming(LoadedModule module) {
            nest(module);
          }

          @Override
          public void going(LoadedModule module) {
            nest(module);
          }
        };
    ModuleLoader loader = ModuleLoaders.of(allocator, KernelRules.NONE, List.of(nested));
    loaders.add(loader);
    LoadedModule module = load(loader, file);
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> module.unload(true));
    assertEquals(List.of(Reason.BUSY, Reason.BUSY), refused);
    requireNothingLeft(loader);
  }

  /** Counts the calls of memory; one throws, those that free memory after they did it. */
  private <T> T counted(Class<T> type, T real) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              boolean frees = method.getName().equals("close");
              boolean throwsNow = method.getDeclaringClass() != Object.class && steps++ == failing;
              thrown |= throwsNow;
              if (throwsNow && !frees) {
                throw new StepError();
              }
              Object answer;
              try {
                answer = method.invoke(real, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
              if (throwsNow) {
                throw new StepError();
              }
              return answer instanceof ModuleMemory memory
                  ? counted(ModuleMemory.class, memory)
                  : answer;
            });
    return type.cast(proxy);
  }

  @Test
  void anErrorAtEachStepOfMemory_leavesNothing() {
    int most = 0;
    for (failing = 0; failing < 1000; failing++) {
      steps = 0;
      thrown = false;
      int at = failing;
      failing = -1;
      ModuleLoader loader = ModuleLoaders.of(counted(JitAllocator.class, allocator));
      failing = at;
      steps = 0;
      try {
        load(loader, file).unload(true);
      } catch (StepError expected) {
        assertSame(StepError.class, expected.getClass());
      }
      failing = -1;
      List.copyOf(loader.modules()).forEach(module -> module.unload(true));
      requireNothingLeft(loader);
      load(loader, file).unload(true);
      requireNothingLeft(loader);
      failing = at;
      if (!thrown) {
        break;
      }
      most = at;
    }
    assertTrue(most > 5, "steps: " + most);
  }
}
