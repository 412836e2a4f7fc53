package org.jitalloc.kmod.autoload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jitalloc.arch.tck.module.KernelModuleSource;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.kmod.RequestOutcome;
import org.jitalloc.kmod.testing.KmodFixture;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.test.support.FailingCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whichever call of the loader throws an Error, each request ends and gives its slot back. */
final class ErrorStepsTest {
  private static final int MOST_STEPS = 500;

  @TempDir Path folder;
  private final FailingCalls calls = new FailingCalls();

  @Test
  void anErrorAtEachStep_endsTheRequest() throws IOException {
    KmodFixture image = KmodFixture.of(ModuleAssembler.AMD64, folder);
    String listed = ".globl __ksymtab_shared\n.set __ksymtab_shared, 1\n";
    image.assemble("library", module().export("shared", false, "", 0).add(listed).toString());
    image.assemble("user", module().use("shared").toString());
    boolean failed = true;
    int step = 0;
    for (; failed && step < MOST_STEPS; step++) {
      int at = step;
      failed = assertTimeoutPreemptively(Duration.ofSeconds(30), () -> failAt(at, image));
    }
    assertTrue(step > 2 && step < MOST_STEPS, "steps: " + step);
  }

  private static KernelModuleSource module() {
    return new KernelModuleSource(ModuleAssembler.AMD64, "license=GPL", "intree=Y");
  }

  private boolean failAt(int step, KmodFixture image) {
    // One slot: the next request, which is for another name, notices a slot that is lost.
    var config =
        new AutoloadConfig("here", 1, Duration.ofSeconds(2), Duration.ofSeconds(60), false);
    ModuleLoader loader = calls.proxy(ModuleLoader.class, image.loader());
    try (var autoloader = new LocalAutoloader(loader, config, (_, _) -> {})) {
      autoloader.use(folder, LoadOptions.DEFAULTS);
      calls.failAt(step);
      RequestOutcome first = autoloader.request("user");
      boolean failed = calls.stop();
      assertEquals(failed, !first.equals(RequestOutcome.LOADED), "step " + step);
      assertEquals(RequestOutcome.LOADED, autoloader.request("library"), "after step " + step);
      return failed;
    } finally {
      image.loader().modules().reversed().forEach(LoadedModule::close);
      image.requireNothingLeft();
    }
  }
}
