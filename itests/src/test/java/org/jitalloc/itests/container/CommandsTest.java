package org.jitalloc.itests.container;

import static org.jitalloc.itests.container.Shell.execute;
import static org.jitalloc.itests.container.Shell.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.itests.harness.InContainer;
import org.junit.jupiter.api.Test;

/** Runs commands in the shell of the container. */
@InContainer
final class CommandsTest {
  private static final Path VECTORS =
      Path.of(System.getProperty("jitalloc.root"))
          .resolve("consumers/bpf/src/test/resources/org/jitalloc/bpf/vectors.jsonl");

  private static void assertAllVectorsPass(String engine) throws Exception {
    String last = execute("bpf:vectors '" + VECTORS + "' --engine " + engine).strip();
    long lines;
    try (var content = Files.lines(VECTORS)) {
      lines = content.filter(line -> !line.isBlank()).count();
    }
    assertTrue(lines > 0);
    assertEquals(lines + " passed, 0 failed", last);
  }

  @Test
  void vectors_allPassOnTheJit() throws Exception {
    assertAllVectorsPass("jit");
  }

  @Test
  void vectors_allPassOnTheInterpreter() throws Exception {
    assertAllVectorsPass("interp");
  }

  @Test
  void vectors_wrongOnes_areNamedCountedAndFail() throws Exception {
    Path file = Files.createTempFile("wrong-", ".jsonl");
    try {
      Files.writeString(
          file,
          """
          {"name":"right","prog":"b7000000070000009500000000000000","mem":"","expect":"r0","r0":"7"}
          {"name":"wrong","prog":"b7000000070000009500000000000000","mem":"","expect":"r0","r0":"8"}
          {"name":"loads","prog":"b7000000070000009500000000000000","expect":"reject_at_load"}
          {"name":"refused","prog":"ff000000070000009500000000000000","expect":"reject_at_load"}
          """);
      Shell.Outcome outcome = Shell.run("bpf:vectors '" + file + "'");
      assertEquals("2 of 4 vectors failed", outcome.failure().orElseThrow().getMessage());
      assertEquals(
          """
          FAILED wrong: r0 is 0000000000000007, expected 0000000000000008
          FAILED loads: loaded, but must be refused
          2 passed, 2 failed
          """,
          outcome.out());
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void run_printsR0_onEachEngine() throws Exception {
    Path file = Files.createTempFile("program-", ".bin");
    try {
      Files.write(file, Inside.SEVEN);
      for (String engine : new String[] {"jit", "interp", "auto"}) {
        assertEquals(
            "0000000000000007\n", execute("bpf:run '" + file + "' --engine " + engine), engine);
      }
      // r0 = the second byte of the memory.
      Files.writeString(file, "7110010000000000 9500000000000000\n");
      assertEquals("0000000000000022\n", execute("bpf:run '" + file + "' --mem 112233"));
      assertEquals("0000000000000031\n", execute("bpf:run '" + file + "' --mem @" + file));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void mistakes_areExplained() {
    assertTrue(failure("bpf:run nowhere.bin").startsWith("no such file: "));
    assertEquals(
        "--mem: 'x' at position 3 is no hexadecimal digit", failure("bpf:run f --mem 001x"));
    assertEquals(
        "--engine: warp is not jit, interp or auto, which is jit where possible",
        failure("bpf:run f --engine warp"));
    assertTrue(failure("bpf:run").contains("usage: bpf:run FILE"));
    assertTrue(failure("bpf:run f --colour red").startsWith("unknown option --colour; usage: "));
  }

  @Test
  void moduleFiles_areRead() throws Exception {
    Path folder = Files.createTempDirectory("modules");
    try {
      readModule(folder, folder.resolve("small.ko"));
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private void readModule(Path folder, Path module) throws Exception {
    String source =
        """
        .section .modinfo,"a"
        .asciz "alias=fs-small"
        .asciz "license=GPL"
        .section __ksymtab,"a"
        __ksymtab_small: .long 0, 0, 0
        .text
        .globl small
        small: ret
        """;
    Path assembly = Files.writeString(folder.resolve("small.s"), source);
    var as = new ProcessBuilder("as", "-o", module.toString(), assembly.toString()).start();
    assertEquals(0, as.waitFor());
    assertEquals(
        "1 modules, 1 exported symbols\n",
        execute("mod:depmod '%s' --out '%1$s'".formatted(folder)));
    assertEquals("small.ko:\n", Files.readString(folder.resolve("modules.dep")));
    assertTrue(execute("mod:info '" + module + "'").contains("license:        GPL\n"));
    String spdx = "mod:info --spdx '%s' '" + module + "'";
    assertTrue(
        execute(spdx.formatted("GPL-2.0-or-later"))
            .endsWith("spdx:           'GPL' fits GPL-2.0-or-later\n"));
    assertTrue(
        execute(spdx.formatted("MIT OR GPL-2.0"))
            .endsWith("'GPL' does not fit MIT OR GPL-2.0, which is 'Dual MIT/GPL'\n"));
    assertTrue(
        execute("mod:info --symbols '%s'".formatted(module)).endsWith("export:         small\n"));
    String ls = execute("mod:info --symbols /bin/ls");
    assertTrue(ls.contains("\nneeded:         libc.so"), ls);
    assertTrue(ls.lines().anyMatch(line -> line.matches(" +\\d+ undefined readlink")), ls);
    assertEquals(
        "--spdx: /bin/ls is not a module: it has no licence tag",
        failure("mod:info --spdx MIT /bin/ls"));
    for (String wrong : List.of("((", "MIT OR", "MIT GPL-2.0")) {
      assertTrue(failure(spdx.formatted(wrong)).startsWith("--spdx: '" + wrong + "' is no"));
    }
    assertEquals("small.ko\n", execute("mod:resolve '%s' fs-small".formatted(folder)));
    assertEquals(
        "small: in module small, small.ko\nprintk: in no module that is known\n",
        execute("mod:origin '%s' small printk".formatted(folder)));
    assertTrue(failure("mod:resolve '%s' other".formatted(folder)).contains("has the name other"));
    assertTrue(
        failure("mod:stats --target moon").startsWith("moon cannot take modules; these can: "));
  }

  @Test
  void simulatedBoots_printTheStatisticsOfModules() throws Exception {
    String both = execute("mod:simulate");
    assertEquals(6, both.lines().filter(line -> line.contains("Virtual mem wasted bytes")).count());
    assertTrue(both.startsWith("255 vCPUs, duplicates refused late"), both);
    assertEquals("--vcpus: 0 is not within 1..100000", failure("mod:simulate --vcpus 0"));
    assertEquals("--seed: 'x' is no whole number", failure("mod:simulate --seed x"));
  }

  @Test
  void memCommands_tellOfLiveMemory() throws Exception {
    try (var program = Inside.load(Inside.SEVEN)) {
      String address = "0x%x".formatted(program.address().orElseThrow());
      String map = execute("mem:map");
      assertTrue(map.contains(address), map);
      String slab =
          "  \\S+ r-x: ([\\d,]+) KiB, committed \\1 KiB, huge [\\d,]+ KiB; 1 allocations.*";
      assertTrue(map.lines().anyMatch(line -> line.matches(slab)), map);
      assertTrue(execute("bpf:list").contains(address));
      assertTrue(execute("mem:stats").contains("TEXT"));
      assertTrue(
          execute("mem:owners").lines().anyMatch(l -> l.matches(" +BPF +TEXT +1 .* 0")),
          "what the program holds");
    }
    assertFalse(execute("mem:map").contains("TEXT"));
    assertTrue(execute("mem:targets").contains("host"));
    assertTrue(execute("mem:leaks").contains("Target host\n"));
  }
}
