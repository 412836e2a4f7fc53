package org.jitalloc.itests.container;

import static org.jitalloc.itests.container.Shell.execute;
import static org.jitalloc.itests.container.Shell.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jitalloc.itests.harness.InContainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Modules by the commands of the shell. */
@InContainer
final class ModulesTest {
  private final Path folder = makeFolder();

  private static Path makeFolder() {
    try {
      return Files.createTempDirectory("modules");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @AfterEach
  void deleteFolder() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private Path compile(String name, String source) throws IOException, InterruptedException {
    Path text = Files.writeString(folder.resolve(name + ".c"), source);
    Path object = folder.resolve(name + ".o");
    var command =
        new ProcessBuilder("gcc", "-O2", "-fPIC", "-c", "-o", object.toString(), text.toString());
    assertEquals(0, command.inheritIO().start().waitFor());
    return object;
  }

  @Test
  void aModule_isLoadedIntoAnImage_listedAndUnloaded() throws Exception {
    Path module =
        compile("some-module", "int outside(void); int inside(void) { return 1 + outside(); }");
    Path map = Files.writeString(folder.resolve("map"), "ffffffff81000000 T outside\n");
    Path layout = folder.resolve("layout.json");
    Path memory = folder.resolve("memory.json");
    String load =
        "mod:load --target image-amd64 --symbols '%s' --layout '%s' --memory '%s' '%s'"
            .formatted(map, layout, memory, module);
    assertTrue(execute(load).startsWith("some_module at 0xffffffff"));
    String text = Files.readString(layout);
    assertTrue(text.contains("\"symbols\":{\"outside\":\"0xffffffff81000000\"}"), text);
    assertTrue(Files.readString(memory).contains("\"hex:"));
    assertTrue(execute("mod:list --target image-amd64").contains("some_module"));
    assertTrue(failure(load).startsWith("ALREADY_LOADED: "));
    execute("mod:unload --target image-amd64 some_module");
    assertEquals("No modules are loaded.\n", execute("mod:list"));
    assertTrue(
        failure("mod:load --target image-amd64 '" + module + "'").startsWith("UNKNOWN_SYMBOL: "));
    assertTrue(
        failure("mod:unload --target image-amd64 none").startsWith("no module none is loaded"));
    assertTrue(failure("mod:list --target nowhere").startsWith("nowhere cannot take modules"));
  }

  private Path assemble(String name, String source) throws IOException, InterruptedException {
    Path text = Files.writeString(folder.resolve(name + ".s"), source);
    Path object = folder.resolve(name + ".ko");
    var command = new ProcessBuilder("as", "-o", object.toString(), text.toString());
    assertEquals(0, command.inheritIO().start().waitFor());
    return object;
  }

  @Test
  void aModule_isAskedForByItsAlias() throws Exception {
    String info = ".section .modinfo,\"a\"\n.asciz \"license=GPL\"\n.asciz \"intree=Y\"\n";
    String kernelModule = ".section .gnu.linkonce.this_module,\"aw\"\n.quad 0\n" + info;
    assemble("asked", kernelModule + ".asciz \"alias=fs-asked\"\n.globl some\n.set some, 1\n");
    assemble("wants", kernelModule + ".data\n.quad nobody\n");
    String request = "mod:request --target image-arm64 ";
    assertTrue(failure(request + "unsaid").contains("no folder of modules is set"));
    assertTrue(failure(request + "--folder '" + folder + "' unsaid").startsWith("unsaid: "));
    request = "mod:request --target image-amd64 --folder '" + folder + "' ";
    assertEquals("fs-asked: loaded\nasked: loaded\n", execute(request + "fs-asked asked"));
    assertTrue(execute("mod:list --target image-amd64").contains("asked"));
    assertTrue(execute(request + "--no-wait asked").endsWith("asked: begun\n"));
    assertTrue(failure(request + "wants").startsWith("wants: UNKNOWN_SYMBOL: "));
    assertTrue(
        failure("mod:request --target moon x").startsWith("moon cannot take modules; these can: "));
    execute("mod:unload --target image-amd64 asked");
  }

  @Test
  void aModuleThatZstdCompressed_isLoadedAndIndexed() throws Exception {
    Path plain =
        assemble(
            "packed",
            ".section .gnu.linkonce.this_module,\"aw\"\n.quad 0\n.data\n.quad .data\n.zero 3000\n"
                + ".section .modinfo,\"a\"\n.asciz \"license=GPL\"\n.asciz \"intree=Y\"\n");
    Path file = folder.resolve("packed.ko.zst");
    try (var stream = new ZstdOutputStream(Files.newOutputStream(file))) {
      Files.copy(plain, stream);
    }
    assertTrue(Files.size(file) < Files.size(plain));
    Files.delete(plain);
    execute("mod:load --target image-amd64 '" + file + "'");
    assertTrue(execute("mod:list --target image-amd64").contains("packed"));
    execute("mod:unload --target image-amd64 packed");
    String info = execute("mod:info '" + file + "'");
    assertTrue(info.contains("GPL"), info);
    execute("mod:depmod '%1$s' --out '%1$s'".formatted(folder));
    String index = Files.readString(folder.resolve("modules.dep"));
    assertTrue(index.contains("packed.ko.zst:"), index);
  }

  @Test
  void aModule_isForcedInAndOut() throws Exception {
    String entries = ".text\n.globl init_module\ninit_module: nop\n";
    Path file =
        assemble(
            "lasting",
            entries
                + ".section .gnu.linkonce.this_module,\"aw\"\n.quad init_module\n"
                + ".section .modinfo,\"a\"\n.asciz \"license=GPL\"\n.asciz \"intree=Y\"\n");
    execute("mod:load --target image-amd64 --force '" + file + "'");
    assertTrue(execute("mod:list --target image-amd64 --proc").contains("[permanent],"));
    String refusal = failure("mod:unload --target image-amd64 lasting");
    assertTrue(refusal.startsWith("BUSY: lasting is permanent"), refusal);
    execute("mod:unload --target image-amd64 --force lasting");
    assertEquals("No modules are loaded.\n", execute("mod:list"));
    String taints = execute("mod:list --target image-amd64 --taints");
    assertTrue(taints.startsWith("image-amd64: Tainted: "), taints);
  }

  @Test
  void aTaintedModule_isNamedWhenItIsGone() throws Exception {
    Path file =
        assemble(
            "closed",
            ".section .gnu.linkonce.this_module,\"aw\"\n.quad 0\n"
                + ".section .modinfo,\"a\"\n.asciz \"license=Proprietary\"\n"
                + ".globl some\n.set some, 1\n");
    for (int i = 0; i < 2; i++) {
      execute("mod:load --target image-amd64 '" + file + "'");
      String taints = execute("mod:list --target image-amd64 --taints");
      assertEquals(i > 0, taints.contains("closed("), taints);
      execute("mod:unload --target image-amd64 closed");
    }
    String taints = execute("mod:list --target image-amd64 --taints");
    assertTrue(taints.contains(" unloaded tainted modules: "), taints);
    assertTrue(taints.contains(" closed(PO):2"), taints);
  }

  @Test
  void whatIsLoaded_isTold() throws Exception {
    Path module = compile("told", "int counter; int told(void) { return ++counter; }");
    execute("mod:load --target image-amd64 '" + module + "'");
    String symbol = execute("mod:sym told");
    assertTrue(symbol.matches("ffffffff\\p{XDigit}{8} t told\t\\[told\\]\n"), symbol);
    String place = execute("mod:sym 0x" + symbol.substring(0, 16));
    assertTrue(place.startsWith("told+0x0/0x") && place.endsWith(" [told]\n"), place);
    assertTrue(execute("mod:list --kallsyms").contains(symbol));
    String info = execute("mod:info told");
    assertTrue(info.startsWith("Target image-amd64, /sys/module/told\n"), info);
    assertTrue(info.contains("sections/.text"), info);
    String fitting = "mod:load --target image-amd64 --cpu ";
    assertTrue(failure(fitting + "1,x '" + module + "'").startsWith("--cpu '1,x': not numbers"));
    assertTrue(execute("mod:stats --target image-amd64").contains("Mods ever loaded\t"));
    execute("mod:unload --target image-amd64 told");
    assertEquals("none: in no module that is loaded", failure("mod:sym none"));
    assertEquals("'0xhere' is no address", failure("mod:sym 0xhere"));
    assertTrue(
        failure("mod:info --target image-amd64 told").startsWith("no module told is loaded"));
    assertTrue(failure("mod:list --proc --none").startsWith("unknown option --none; usage: "));
  }

  @Test
  void aReport_isPrintedAndWritten() throws Exception {
    compile("one", "int one(void) { return 1; }");
    Files.move(folder.resolve("one.o"), folder.resolve("one.ko"));
    Path json = folder.resolve("report.json");
    Path svg = folder.resolve("report.svg");
    String report = "mod:report '%s' --target image-amd64".formatted(folder);
    String text = execute(report + " --json '" + json + "' --svg '" + svg + "'");
    assertTrue(text.startsWith("1 of 1 modules in image-amd64 (amd64)"), text);
    assertTrue(Files.readString(json).contains("\"loaded\":1"), Files.readString(json));
    assertTrue(Files.readString(svg).startsWith("<svg "));
    assertEquals("No modules are loaded.\n", execute("mod:list"));
    assertEquals("--window: 'x' is no whole number", failure(report + " --window x"));
    assertTrue(failure("mod:report .").startsWith("--target is missing; usage: "));
    assertTrue(
        failure("mod:report '" + folder + "' --target host").startsWith("host is this process"));
  }

  @Test
  void aFunction_isCalled() throws Exception {
    Path object =
        compile("sum", "#include <stdlib.h>\nint sum(long a, long b) { return labs(a + b); }");
    assertEquals("42\n", execute("mod:call --args -20,-22 sum '" + object + "'"));
    assertEquals(
        "--args: 'x' is no whole number", failure("mod:call --args x sum '" + object + "'"));
    assertTrue(failure("mod:call product '" + object + "'").startsWith("UNKNOWN_SYMBOL: "));
  }
}
