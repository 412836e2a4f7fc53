package org.jitalloc.modules.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.modules.KernelRules;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.plain.ModuleLoaders;
import org.jitalloc.modules.signature.SignaturePolicy;
import org.jitalloc.modules.testing.OpenSsl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A module of a folder, loaded into an image under different rules. */
class KernelRulesTest {
  private static final String KERNEL = "6.1.0 SMP mod_unload ";

  @TempDir private Path folder;
  private final JitAllocator allocator = JitAlloc.newImage("image-rules", "amd64");

  private Path module(String info, String more) throws Exception {
    return assemble(
        ".section .gnu.linkonce.this_module,\"aw\"\n.quad 0\n.section .modinfo,\"a\"\n"
            + info
            + "\n"
            + more);
  }

  private Path assemble(String source) throws Exception {
    ToolCommand.need("as");
    Path text =
        Files.writeString(
            folder.resolve("rules.s"), source + "\n.text\n.globl start\nstart: ret\n");
    Path file = folder.resolve("rules.ko");
    ToolCommand.must(List.of("as", "-o", file.toString(), text.toString()));
    return file;
  }

  private void requireLoads(KernelRules rules, Path file) {
    try (LoadedModule module =
        ModuleLoaders.of(allocator, rules).load(file, LoadOptions.DEFAULTS)) {
      assertEquals("rules", module.name());
    }
  }

  private void requireRefuses(KernelRules rules, Path file, Reason reason, String text) {
    ModuleLoader loader = ModuleLoaders.of(allocator, rules);
    ModuleException refused =
        assertThrows(ModuleException.class, () -> loader.load(file, LoadOptions.DEFAULTS));
    assertEquals(reason, refused.reason());
    assertTrue(refused.getMessage().contains(text), refused.getMessage());
    assertEquals(1, loader.stats().failedBecoming());
    assertEquals(0, allocator.stats().live());
  }

  private static KernelRules vermagic(String kernel) {
    return new KernelRules(Optional.of(kernel), SignaturePolicy.IGNORE, List.of(), Set.of(), false);
  }

  @Test
  void vermagic_hasToFit_unlessVersionsOfSymbolsTellMore() throws Exception {
    String info = ".asciz \"vermagic=" + KERNEL + "\"";
    String other = "6.2.0 SMP mod_unload ";
    Path file = module(info, "");
    requireLoads(vermagic(KERNEL), file);
    requireRefuses(vermagic(other), file, Reason.WRONG_VERSION, "'6.1.0 SMP mod_unload '");
    requireLoads(KernelRules.NONE, file);
    String table = ".section __versions,\"a\"";
    String entry = table + "\n.quad 1\n.asciz \"some\"\n.zero 51";
    String versions = "6.2.0 SMP mod_unload modversions ";
    String withVersions = ".asciz \"vermagic=6.1.0 SMP mod_unload modversions \"";
    requireLoads(vermagic(versions), module(withVersions, entry));
    requireRefuses(
        vermagic(versions), module(withVersions, table), Reason.WRONG_VERSION, "is for '6.1.0");
    requireRefuses(
        vermagic(other), module(info, entry), Reason.WRONG_VERSION, "'6.1.0 SMP mod_unload '");
    requireRefuses(
        vermagic("6.1.0 mod_unload modversions "),
        module(withVersions, entry),
        Reason.WRONG_VERSION,
        "'6.1.0 mod_unload modversions '");
    Path silent = module("", "");
    requireRefuses(vermagic(KERNEL), silent, Reason.WRONG_VERSION, "does not say");
  }

  @Test
  void info_hasToBeWhole_andNotToImportWhatIsGiven() throws Exception {
    Path cut = module(".ascii \"license=GPL\"", "");
    requireRefuses(vermagic(KERNEL), cut, Reason.MALFORMED, "does not end");
    Path importing = module(".asciz \"import_ns=module:kvm\"", "");
    requireRefuses(KernelRules.NONE, importing, Reason.DENIED, "module:kvm");
  }

  @Test
  void signatures_areJudgedByPolicy(@TempDir Path keys) throws Exception {
    var key = new OpenSsl(keys, "kernel", "rsa:2048");
    Path file = module(".asciz \"license=GPL\"", "");
    byte[] unsigned = Files.readAllBytes(file);
    var refusing =
        new KernelRules(
            Optional.empty(), SignaturePolicy.REFUSE, List.of(key.certificate()), Set.of(), false);
    var tainting =
        new KernelRules(
            Optional.empty(), SignaturePolicy.TAINT, List.of(key.certificate()), Set.of(), false);
    requireRefuses(refusing, file, Reason.SIGNATURE, "rules.ko: it has no signature");
    // What makes a module one of a kernel is no part of what is signed here: leaving it out helps
    // nobody.
    Path plain = assemble("");
    requireRefuses(refusing, plain, Reason.SIGNATURE, "rules.ko: it has no signature");
    try (LoadedModule module =
        ModuleLoaders.of(allocator, tainting).load(plain, LoadOptions.DEFAULTS)) {
      assertEquals("E", module.taints().letters());
    }
    Files.write(file, unsigned);
    requireLoads(tainting, file);
    byte[] signed = key.sign(unsigned, "-noattr", "-md", "sha256");
    requireLoads(refusing, Files.write(file, signed));
    var forcing =
        new KernelRules(
            Optional.empty(), SignaturePolicy.REFUSE, List.of(key.certificate()), Set.of(), true);
    ModuleException forced =
        assertThrows(
            ModuleException.class,
            () ->
                ModuleLoaders.of(allocator, forcing)
                    .load(file, LoadOptions.DEFAULTS.withForced(true)));
    assertEquals(Reason.SIGNATURE, forced.reason());
    assertTrue(forced.getMessage().contains("by force"), forced.getMessage());
    // What comes after the signed part is not parsed.
    byte[] moved = key.sign(Arrays.copyOf(unsigned, unsigned.length - 64), "-noattr");
    Files.write(file, moved);
    requireRefuses(refusing, file, Reason.MALFORMED, "section headers");
    signed[unsigned.length / 2] ^= 1;
    Files.write(file, signed);
    requireRefuses(refusing, file, Reason.SIGNATURE, "it is not what CN=kernel");
    requireRefuses(tainting, file, Reason.SIGNATURE, "it is not what CN=kernel");
  }

  @Test
  void licences_areThoseTheRulesAllow() throws Exception {
    Set<String> licences = Set.of("GPL", "Dual MIT/GPL");
    var rules =
        new KernelRules(Optional.empty(), SignaturePolicy.IGNORE, List.of(), licences, false);
    requireLoads(rules, module(".asciz \"license=Dual MIT/GPL\"", ""));
    Path other = module(".asciz \"license=GPL v2\"", "");
    requireRefuses(
        rules,
        other,
        Reason.LICENCE,
        "licence 'GPL v2', and the rules allow only [Dual MIT/GPL, GPL]");
    requireRefuses(rules, module("", ""), Reason.LICENCE, "licence 'unspecified'");
    requireRefuses(rules, assemble(""), Reason.DENIED, "has no section .gnu.linkonce.this_module");
    requireRefuses(vermagic(KERNEL), assemble(""), Reason.DENIED, "it is no kernel module");
  }

  @Test
  void names_areWords() throws Exception {
    for (String name : List.of("../../x", "a b", ".hidden", "x".repeat(56))) {
      Path file = module(".asciz \"name=" + name + "\"", "");
      requireRefuses(KernelRules.NONE, file, Reason.MALFORMED, "is no name of a module");
    }
    Path file = module(".asciz \"name=" + "y".repeat(55) + "\"", "");
    ModuleLoaders.of(allocator).load(file, LoadOptions.DEFAULTS).close();
  }
}
