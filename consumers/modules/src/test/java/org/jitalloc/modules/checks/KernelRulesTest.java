package org.jitalloc.modules.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.modules.KernelRules;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.ModuleLoaders;
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
    String source =
        """
        .section .gnu.linkonce.this_module,"aw"
        .quad 0
        .section .modinfo,"a"
        %s
        %s
        .text
        .globl start
        start: ret
        """
            .formatted(info, more);
    Path file = folder.resolve("rules.ko");
    Process as =
        new ProcessBuilder("as", "-o", file.toString(), "-").redirectErrorStream(true).start();
    try (var out = as.getOutputStream()) {
      out.write(source.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(as.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, as.waitFor(), said);
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
    return new KernelRules(Optional.of(kernel), SignaturePolicy.IGNORE, List.of(), false);
  }

  @Test
  void vermagic_hasToFit_unlessVersionsOfSymbolsTellMore() throws Exception {
    String info = ".asciz \"vermagic=" + KERNEL + "\"";
    String other = "6.2.0 SMP mod_unload ";
    Path file = module(info, "");
    requireLoads(vermagic(KERNEL), file);
    requireRefuses(vermagic(other), file, Reason.WRONG_VERSION, "'6.1.0 SMP mod_unload '");
    requireLoads(KernelRules.NONE, file);
    Path versioned = module(info, ".section __versions,\"a\"");
    requireLoads(vermagic(other), versioned);
    requireRefuses(
        vermagic("6.1.0 mod_unload "), versioned, Reason.WRONG_VERSION, "'6.1.0 mod_unload '");
    Path silent = module("", "");
    requireRefuses(vermagic(KERNEL), silent, Reason.WRONG_VERSION, "does not say");
  }

  @Test
  void info_hasToBeWhole_andNotToImportWhatIsGiven() throws Exception {
    Path cut = module(".ascii \"license=GPL\"", "");
    requireRefuses(vermagic(KERNEL), cut, Reason.MALFORMED, "does not end");
    Path importing = module(".asciz \"import_ns=module:kvm\"", "");
    requireRefuses(KernelRules.NONE, importing, Reason.MALFORMED, "module:kvm");
  }

  @Test
  void signatures_areJudgedByPolicy(@TempDir Path keys) throws Exception {
    OpenSsl key = new OpenSsl(keys, "kernel", "rsa:2048");
    Path file = module(".asciz \"license=GPL\"", "");
    byte[] unsigned = Files.readAllBytes(file);
    KernelRules refusing =
        new KernelRules(
            Optional.empty(), SignaturePolicy.REFUSE, List.of(key.certificate()), false);
    KernelRules tainting =
        new KernelRules(Optional.empty(), SignaturePolicy.TAINT, List.of(key.certificate()), false);
    requireRefuses(refusing, file, Reason.SIGNATURE, "rules: it has no signature");
    requireLoads(tainting, file);
    byte[] signed = key.sign(unsigned, "-noattr", "-md", "sha256");
    requireLoads(refusing, Files.write(file, signed));
    signed[unsigned.length / 2] ^= 1;
    Files.write(file, signed);
    requireRefuses(refusing, file, Reason.SIGNATURE, "it is not what CN=kernel");
    requireRefuses(tainting, file, Reason.SIGNATURE, "it is not what CN=kernel");
  }
}
