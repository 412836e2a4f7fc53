package org.jitalloc.kmod.autoload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jitalloc.arch.tck.module.KernelModuleSource;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.kmod.RequestOutcome;
import org.jitalloc.kmod.testing.KmodFixture;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests by name that load modules of a folder. */
final class AutoloaderTest {
  @TempDir Path folder;
  private KmodFixture image;
  private final AtomicInteger duplicates = new AtomicInteger();
  private LocalAutoloader autoloader;

  @BeforeEach
  void assemble() throws IOException {
    image = KmodFixture.of(ModuleAssembler.AMD64, folder);
    // The files that depmod looks for.
    String listed = ".globl __ksymtab_shared\n.set __ksymtab_shared, 1\n";
    image.assemble("library", module().export("shared", false, "", 0).add(listed).toString());
    image.assemble("helper", module().toString());
    image.assemble(
        "filesystem",
        module("alias=fs-some", "softdep=pre: helper gone post: late").use("shared").toString());
    image.assemble("late", module().use("nobody").toString());
    image.assemble("broken", module("softdep=pre: late").use("nowhere").toString());
    Files.writeString(folder.resolve("modules.builtin"), "kernel/fs/inside.ko\n");
    var config =
        new AutoloadConfig("here", 50, Duration.ofSeconds(5), Duration.ofSeconds(60), false);
    autoloader =
        new LocalAutoloader(image.loader(), config, (text, _) -> duplicates.incrementAndGet());
  }

  @AfterEach
  void unload() {
    autoloader.close();
    image.loader().modules().reversed().forEach(LoadedModule::close);
    image.requireNothingLeft();
  }

  private static KernelModuleSource module(String... info) {
    List<String> all = new ArrayList<>(List.of("license=GPL", "intree=Y"));
    all.addAll(List.of(info));
    return new KernelModuleSource(ModuleAssembler.AMD64, all.toArray(new String[0]));
  }

  private List<String> loaded() {
    return image.loader().modules().stream().map(LoadedModule::name).toList();
  }

  @Test
  void anAlias_bringsWhatItsModuleNeeds_inOrder() {
    autoloader.use(folder, LoadOptions.DEFAULTS);
    assertEquals(RequestOutcome.LOADED, autoloader.request("fs-some"));
    assertEquals(List.of("filesystem", "helper", "library"), loaded().stream().sorted().toList());
    assertEquals("filesystem", loaded().getLast(), "it is loaded after what it needs");
    assertEquals(RequestOutcome.LOADED, autoloader.request("filesystem"));
    assertEquals(RequestOutcome.LOADED, autoloader.request("symbol:shared"));
    assertEquals(RequestOutcome.LOADED, autoloader.request("inside"));
    assertEquals(3, image.loader().stats().loaded());
  }

  @Test
  void whatCannotBeLoaded_saysWhy_andThatIsRemembered() throws IOException {
    assertEquals(1, autoloader.request("library").code());
    assertTrue(autoloader.failure("library").orElseThrow().contains("no folder of modules is set"));
    autoloader.use(folder, LoadOptions.DEFAULTS);
    assertEquals(1, autoloader.request("library").code(), "for a minute it is not tried again");
    assertEquals(1, autoloader.request("no-such").code());
    assertTrue(autoloader.failure("no-such").orElseThrow().endsWith("is no-such"));
    assertEquals(1, autoloader.request("broken").code());
    String why = autoloader.failure("broken").orElseThrow();
    assertTrue(why.startsWith("UNKNOWN_SYMBOL: "), why);
    assertTrue(why.contains("nowhere is defined neither"), why);
    assertTrue(why.contains("; before that UNKNOWN_SYMBOL: "), why);
    assertEquals(-36, autoloader.request("n".repeat(56)).code());
  }

  @Test
  void requestsAtOnce_areOneLoad_andAllAreTold() throws Exception {
    autoloader.use(folder, LoadOptions.DEFAULTS);
    var requests = new ArrayList<FutureTask<RequestOutcome>>();
    for (int i = 0; i < 40; i++) {
      var task = new FutureTask<>(() -> autoloader.request("filesystem"));
      Thread.ofPlatform().daemon().start(task);
      requests.add(task);
    }
    for (FutureTask<RequestOutcome> request : requests) {
      assertEquals(RequestOutcome.LOADED, request.get());
    }
    assertEquals(3, image.loader().stats().loaded());
    assertEquals(39, duplicates.get());
    assertEquals(0, image.loader().stats().failedBecoming());
    assertEquals(RequestOutcome.LOADED, autoloader.begin("filesystem"));
  }
}
