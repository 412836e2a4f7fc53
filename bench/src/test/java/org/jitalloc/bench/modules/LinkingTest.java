package org.jitalloc.bench.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processes that are compared do what is measured of them. */
final class LinkingTest {
  @TempDir Path folder;

  private Path module(String name, String more) throws IOException {
    String source =
        """
        .section .gnu.linkonce.this_module,"aw"
        .globl __this_module
        __this_module: .quad start
        .text
        .globl start
        start: nop
        """;
    Path text = Files.writeString(folder.resolve(name + ".s"), source + more);
    Path file = folder.resolve(name + ".ko");
    Linking.run(List.of("as", "-o", file.toString(), text.toString()));
    return file;
  }

  @Test
  void ours_loadsAll_andSaysWhatItTook() throws IOException {
    Path first = module("first", "");
    Path second = module("second", ".data\n.quad start\n.quad elsewhere\n");
    Path refused = Files.writeString(folder.resolve("refused.ko"), "no module");
    Path list =
        Files.write(
            folder.resolve("list"),
            List.of(first.toString(), second.toString(), refused.toString()));
    Linking.Run run =
        Linking.java(List.of("-Xmx256m"), List.of(LoadAll.class.getName(), list.toString()));
    String[] figures = run.last().split(" ");
    assertEquals(8, figures.length, run.last());
    assertEquals("2", figures[0], "loaded");
    assertEquals("1", figures[1], "refused");
    assertEquals("4", figures[2], "relocations");
    assertEquals(2 * (8 + 1) + 16, Long.parseLong(figures[5]), "bytes of modules");
    assertTrue(Long.parseLong(figures[6]) >= 2 << 20, "bytes reserved");
    assertTrue(run.usage().cpuSeconds() > 0 && run.usage().wallSeconds() > 0);
  }

  @Test
  void thePeer_getsModulesThatDoNotClash() throws IOException {
    List<Path> modules = List.of(module("first", ""), module("second", ""));
    List<Path> copies = Linking.peerInput(modules, Files.createDirectory(folder.resolve("peer")));
    assertEquals(3, copies.size());
    // A linker would refuse two globals of one name.
    Path linked = folder.resolve("linked.o");
    Linking.run(
        List.of(
            "ld",
            "-r",
            "-o",
            linked.toString(),
            copies.get(0).toString(),
            copies.get(1).toString(),
            copies.get(2).toString()));
    assertTrue(Files.size(linked) > 0);
    Assumptions.assumeTrue(Linking.hasPeer(), "llvm-jitlink-19 is not installed");
    assertTrue(Linking.peer(copies).wallSeconds() > 0);
  }

  @Test
  void whatFails_isNotMeasured() {
    var failure =
        assertThrows(
            IOException.class, () -> Linking.run(List.of("sh", "-c", "echo why >&2; exit 3")));
    assertEquals("sh ended with 3: why\n", failure.getMessage());
  }
}
