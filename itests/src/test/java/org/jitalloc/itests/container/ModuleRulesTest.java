package org.jitalloc.itests.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jitalloc.itests.harness.InContainer;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.ModuleNotifier;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Constants;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Rules for modules follow the configuration, and notifiers of modules are services. */
@InContainer
final class ModuleRulesTest {
  private static final long LIMIT_NANOS = 30_000_000_000L;

  private interface Body {
    void run(Path file, ModuleLoader loader) throws Exception;
  }

  /** Runs a test with a module that all rules allow, and a loader that has no module at the end. */
  private static void with(Body body) throws Exception {
    Path file = assemble();
    try {
      ModuleLoader loader = Inside.service(ModuleLoader.class, "(jit.target=image-amd64)");
      body.run(file, loader);
      assertEquals(List.of(), loader.modules());
    } finally {
      Files.delete(file);
    }
  }

  private static Path assemble() throws Exception {
    Path file = Files.createTempFile("ruled", ".ko");
    Path source = Files.createTempFile("ruled", ".s");
    Files.writeString(
        source,
        """
        .section .gnu.linkonce.this_module,"aw"
        .quad 0
        .section .modinfo,"a"
        .asciz "name=ruled"
        .asciz "license=GPL"
        .asciz "intree=Y"
        .asciz "vermagic=6.1 SMP "
        .text
        .globl start
        start: nop
        """);
    var as = new ProcessBuilder("as", "-o", file.toString(), source.toString()).inheritIO();
    assertEquals(0, as.start().waitFor());
    Files.delete(source);
    return file;
  }

  /** {@return the error of loading it; empty if it was loaded} */
  private static String refusal(ModuleLoader loader, Path file) {
    try (LoadedModule module = loader.load(file, LoadOptions.DEFAULTS)) {
      return module.taints().letters();
    } catch (ModuleException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  /** Config Admin delivers configurations asynchronously. */
  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "nothing changed");
      Thread.onSpinWait();
    }
  }

  private static void update(Configuration rules, Map<String, Object> values) throws Exception {
    rules.update(new Hashtable<>(values));
  }

  @Test
  void rules_createdChangedAndDeleted_holdForTheirTargets() throws Exception {
    with(ModuleRulesTest::change);
  }

  private static void change(Path file, ModuleLoader loader) throws Exception {
    assertEquals("", refusal(loader, file));
    Configuration rules =
        Inside.service(ConfigurationAdmin.class, "(objectClass=*)")
            .createFactoryConfiguration("org.jitalloc.modules.rules", "?");
    try {
      update(rules, Map.of("targets", "image-*", "signatures", "TAINT"));
      await(() -> refusal(loader, file).equals("E"));
      update(rules, Map.of("targets", "image-*", "vermagic", "6.2 SMP "));
      await(
          () -> refusal(loader, file).contains("is for '6.1 SMP ', and the kernel is '6.2 SMP '"));
      var forced = LoadOptions.DEFAULTS.withForced(true);
      var refused = assertThrows(ModuleException.class, () -> loader.load(file, forced));
      assertTrue(refused.getMessage().contains("may not be loaded by force"));
      update(rules, Map.of("targets", "image-*", "licences", new String[] {"MIT"}));
      await(
          () ->
              refusal(loader, file)
                  .contains("has the licence 'GPL', and the rules allow only [MIT]"));
      update(rules, Map.of("targets", "moon", "licences", new String[] {"MIT"}));
      await(() -> refusal(loader, file).isEmpty());
    } finally {
      rules.delete();
    }
  }

  @Test
  void rulesThatCannotBeRead_letNothingIn() throws Exception {
    with(ModuleRulesTest::close);
  }

  private static void close(Path file, ModuleLoader loader) throws Exception {
    Configuration rules =
        Inside.service(ConfigurationAdmin.class, "(objectClass=*)")
            .createFactoryConfiguration("org.jitalloc.modules.rules", "?");
    try {
      update(rules, Map.of("certificates", new String[] {"/nowhere.pem"}));
      await(() -> refusal(loader, file).startsWith("DENIED: "));
      assertTrue(refusal(loader, file).contains("cannot read /nowhere.pem"));
      update(rules, Map.of("targets", "nowhere", "signature", "REFUSE"));
      await(() -> refusal(loader, file).contains("the key signature is not known"));
    } finally {
      rules.delete();
    }
    await(() -> refusal(loader, file).isEmpty());
  }

  @Test
  void notifiers_areServices_andThoseOfHighRankHearFirst() throws Exception {
    with(ModuleRulesTest::listen);
  }

  private static void listen(Path file, ModuleLoader loader) throws Exception {
    List<String> heard = new ArrayList<>();
    var context = Inside.context();
    record Listener(String name, List<String> heard) implements ModuleNotifier {
      @Override
      public void coming(LoadedModule module) {
        heard.add(name + " coming " + module.name());
        if (heard.size() > 6) {
          throw new IllegalStateException("enough");
        }
      }

      @Override
      public void live(LoadedModule module) {
        heard.add(name + " live");
      }

      @Override
      public void going(LoadedModule module) {
        heard.add(name + " going");
      }
    }
    var last = context.registerService(ModuleNotifier.class, new Listener("last", heard), null);
    var first =
        context.registerService(
            ModuleNotifier.class,
            new Listener("first", heard),
            new Hashtable<>(Map.of(Constants.SERVICE_RANKING, 10)));
    try {
      assertEquals("", refusal(loader, file));
      assertEquals(
          List.of(
              "first coming ruled",
              "last coming ruled",
              "first live",
              "last live",
              "first going",
              "last going"),
          heard);
      assertTrue(refusal(loader, file).startsWith("REFUSED: "));
      assertEquals("first coming ruled", heard.getLast());
    } finally {
      first.unregister();
      last.unregister();
    }
    assertEquals("", refusal(loader, file));
    assertEquals(7, heard.size());
  }
}
