package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jitalloc.arch.tck.module.KernelModuleSource;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.KernelExports;
import org.jitalloc.modules.KernelRules;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.SymbolMap;
import org.jitalloc.modules.plain.ModuleLoaders;
import org.jitalloc.modules.signature.SignaturePolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What modules may use of each other and of the kernel, and what that makes of them. */
final class ImportRulesTest {
  private static final String[] GPL = {"license=GPL", "intree=Y"};
  private static final String[] OTHER = {"license=Proprietary"};

  private static final String SYMVERS =
      """
      0x00000011\topen\tvmlinux\tEXPORT_SYMBOL\t
      0xffffff22\tfree\tvmlinux\tEXPORT_SYMBOL_GPL\t
      0x00000033\tspaced\tvmlinux\tEXPORT_SYMBOL\tSPACE
      0x00000044\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t
      0x00000055\telsewhere\tdrivers/some\tEXPORT_SYMBOL\t
      """;

  @TempDir Path folder;

  private LoadOptions kernel() throws IOException {
    Path symvers = Files.writeString(folder.resolve("Module.symvers"), SYMVERS);
    KernelExports exports = KernelExports.read(symvers);
    assertEquals(4, exports.size());
    Map<String, Long> map = Map.of("open", 16L, "free", 32L, "spaced", 48L, "hidden", 64L);
    return LoadOptions.DEFAULTS.withKernel(SymbolMap.of(map)).withExports(exports);
  }

  private static KernelModuleSource module(String... info) {
    return new KernelModuleSource(ModuleAssembler.AMD64, info);
  }

  private static LoadedModule load(ImageFixture image, String name, KernelModuleSource source)
      throws IOException {
    return image.load(name, source.toString());
  }

  private static void refuse(
      ImageFixture image,
      LoadOptions options,
      KernelModuleSource source,
      Reason reason,
      String text)
      throws IOException {
    Path file = image.assemble("refused", source.toString());
    List<LoadedModule> before = image.loader.modules();
    long live = image.allocator.stats().live();
    var refusal = assertThrows(ModuleException.class, () -> image.loader.load(file, options));
    assertEquals(reason, refusal.reason(), refusal::getMessage);
    assertTrue(String.valueOf(refusal.getMessage()).contains(text), refusal::getMessage);
    assertEquals(before, image.loader.modules());
    assertEquals(live, image.allocator.stats().live());
  }

  /** Many exports with one long name would need much more memory than the file. */
  @ParameterizedTest
  @EnumSource
  void namesOfExports_areNoLongerThanInTheKernel(ModuleAssembler machine) throws IOException {
    var image = new ImageFixture(machine, folder);
    String longest = "n".repeat(511);
    var long511 = new KernelModuleSource(machine, GPL).export(longest, false, "", 0);
    try (LoadedModule module = load(image, "longest", long511)) {
      assertEquals(longest, module.exports().getFirst().name());
    }
    var longer = new KernelModuleSource(machine, GPL).export(longest + "n", false, "", 0);
    String message = "does not end within 512 bytes";
    refuse(image, LoadOptions.DEFAULTS, longer, Reason.MALFORMED, message);
  }

  @ParameterizedTest
  @EnumSource
  void versionsOfModules_haveToBeTheOnesExpected(ModuleAssembler machine) throws IOException {
    var image = new ImageFixture(machine, folder);
    var exporter = new KernelModuleSource(machine, GPL);
    exporter.export("first", false, "", 0xfedcba98).export("second", false, "", 0x1234);
    LoadedModule provider = load(image, "provider", exporter);
    assertEquals(OptionalLong.of(0xfedcba98L), provider.exports().getFirst().crc());
    assertEquals(OptionalLong.of(0x1234), provider.exports().getLast().crc());

    var right = new KernelModuleSource(machine, GPL).use("first").use("second");
    right.expect("first", 0xfedcba98).expect("second", 0x1234);
    LoadedModule user = load(image, "user", right);
    assertEquals("", user.taints().letters());
    user.close();

    var wrong = new KernelModuleSource(machine, GPL).use("second").expect("second", 0x1235);
    String message =
        "disagrees about version of symbol second: it expects 0x00001235, and 0x00001234";
    refuse(image, LoadOptions.DEFAULTS, wrong, Reason.WRONG_VERSION, message);
    var silent = new KernelModuleSource(machine, GPL).use("second");
    refuse(image, LoadOptions.DEFAULTS, silent, Reason.WRONG_VERSION, "only be loaded by force");
    Path file = image.assemble("forced", silent.toString());
    LoadedModule forced = image.loader.load(file, LoadOptions.DEFAULTS.withForced(true));
    assertEquals("F", forced.taints().letters());
    // Of a symbol that it does not expect, any version will do.
    var partly = new KernelModuleSource(machine, GPL).use("first").expect("second", 0x1235);
    try (LoadedModule module = load(image, "partly", partly)) {
      assertEquals("", module.taints().letters());
      assertTrue(module.warnings().getFirst().startsWith("no symbol version for first;"));
    }
    forced.close();
    provider.close();
    image.requireNothingLeft();
  }

  @Test
  void theKernel_isAskedWhatModulesMayUse() throws IOException {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    LoadOptions kernel = kernel();
    var all = module(GPL).add(".section .modinfo\n.asciz \"import_ns=SPACE\"\n");
    all.use("open").use("free").use("spaced").expect("open", 0x11).expect("free", 0xffffff22);
    Path file = image.assemble("all", all.expect("spaced", 0x33).toString());
    image.loader.load(file, kernel).close();

    var hidden = module(GPL).expect("hidden", 1).use("hidden");
    refuse(image, kernel, hidden, Reason.UNKNOWN_SYMBOL, "does not export it to modules (4");
    var wrong = module(GPL).expect("free", 0x22).use("free");
    refuse(image, kernel, wrong, Reason.WRONG_VERSION, "symbol free: it expects 0x00000022");
    var spaced = module(GPL).expect("spaced", 0x33).use("spaced");
    refuse(image, kernel, spaced, Reason.NAMESPACE, "from namespace SPACE, but does not import");
    var closed = module(OTHER).expect("free", 0xffffff22).use("free");
    refuse(image, kernel, closed, Reason.LICENCE, "uses free, which is for GPL code only");
    var layout = module(GPL).expect("module_layout", 0x45);
    refuse(image, kernel, layout, Reason.WRONG_VERSION, "version of symbol module_layout");
    assertEquals(0, image.loader.taints().bits());
    image.requireNothingLeft();
  }

  @Test
  void whoUsesAProprietaryModule_isProprietary() throws IOException {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    var provider = load(image, "provider", module(OTHER).export("theirs", false, "", 0));
    var library = load(image, "library", module(GPL).export("ours", true, "", 0));
    assertEquals("PO", provider.taints().letters());
    assertEquals("", library.taints().letters());

    var user = load(image, "user", module(GPL).use("theirs").export("through", false, "", 0));
    assertEquals("P", user.taints().letters());
    var second = load(image, "second", module(GPL).use("through"));
    assertEquals("P", second.taints().letters());
    var both = module(GPL).use("ours").use("theirs");
    refuse(image, LoadOptions.DEFAULTS, both, Reason.LICENCE, "proprietary");
    var closed = module(OTHER).use("ours");
    refuse(image, LoadOptions.DEFAULTS, closed, Reason.LICENCE, "for GPL code only");
    // An object that is no kernel module is not asked for its licence.
    image.load("object", ".data\n.quad ours\n.quad theirs\n").close();
    second.close();
    user.close();
    provider.close();
    library.close();
    image.requireNothingLeft();
  }

  @Test
  void taints_stayWithTheKernel_whenModulesGo() throws IOException {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    String[] info = {"license=GPL", "staging=Y", "test=Y"};
    for (int i = 0; i < 2; i++) {
      try (LoadedModule module = load(image, "staged", module(info))) {
        assertEquals("CON", module.taints().letters());
        assertEquals(i, image.loader.unloadedTaints().size());
      }
    }
    load(image, "clean", module(GPL)).close();
    load(image, "ndiswrapper", module(GPL)).close();
    var entry = image.loader.unloadedTaints().getFirst();
    assertEquals(1, image.loader.unloadedTaints().size());
    assertEquals("staged", entry.name());
    assertEquals(2, entry.times());
    assertEquals("Tainted: P         C O     N ", image.loader.taints().report());
  }

  @Test
  void force_takesTheRulesLeave_andATaint() throws IOException {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    Path file =
        image.assemble("some", module("license=GPL", "intree=Y", "vermagic=a b").toString());
    LoadOptions forced = LoadOptions.DEFAULTS.withForced(true);
    var strict = ModuleLoaders.of(image.allocator, rules(SignaturePolicy.IGNORE, false));
    assertEquals(
        Reason.WRONG_VERSION,
        assertThrows(ModuleException.class, () -> strict.load(file, forced)).reason());
    var lenient = ModuleLoaders.of(image.allocator, rules(SignaturePolicy.TAINT, true));
    assertEquals(
        Reason.WRONG_VERSION,
        assertThrows(ModuleException.class, () -> lenient.load(file, LoadOptions.DEFAULTS))
            .reason());
    try (LoadedModule module = lenient.load(file, forced)) {
      assertEquals("FE", module.taints().letters());
      assertEquals("FE", lenient.taints().letters());
    }
    image.requireNothingLeft();
  }

  private static KernelRules rules(SignaturePolicy signatures, boolean mayForce) {
    return new KernelRules(Optional.of("c d"), signatures, List.of(), Set.of(), mayForce);
  }

  @Test
  void exportsOfTheKernel_areNotExportedByAModule() throws IOException {
    var image = new ImageFixture(ModuleAssembler.AMD64, folder);
    var source = module(GPL).export("open", false, "", 0).expect("module_layout", 0x44);
    refuse(image, kernel(), source, Reason.ALREADY_EXPORTED, "which the kernel exports already");
    // A symbol that the kernel does not export hides nothing.
    var hidden = module(GPL).export("hidden", false, "", 0).expect("module_layout", 0x44);
    image.loader.load(image.assemble("other", hidden.toString()), kernel()).close();
    LoadOptions map = LoadOptions.DEFAULTS.withKernel(SymbolMap.of(Map.of("open", 16L)));
    refuse(image, map, source, Reason.ALREADY_EXPORTED, "which the kernel exports already");
    LoadOptions tables =
        LoadOptions.DEFAULTS.withKernel(SymbolMap.of(Map.of("open", 16L, "__ksymtab_other", 24L)));
    image.loader.load(image.assemble("static", source.toString()), tables).close();
  }
}
