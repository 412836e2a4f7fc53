package org.jitalloc.bench.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jitalloc.bench.process.Tool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processes that are compared do the measured work. */
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
        Linking.java(
            List.of("-Xmx256m"), List.of(LoadAll.class.getName(), list.toString(), "2", "true"));
    String[] figures = run.last().split(" ");
    assertEquals(8, figures.length, run.last());
    assertEquals("2", figures[0], "loaded");
    assertEquals("1", figures[1], "refused");
    assertEquals("4", figures[2], "relocations");
    assertTrue(run.errors().contains(refused.toString()), run.errors());
    long bytes = Long.parseLong(figures[5]);
    long sections = 2 * (8 + 1) + 16;
    assertTrue(bytes > sections && bytes < sections + 1000, "with their symbols: " + bytes);
    assertTrue(Long.parseLong(figures[6]) >= 2 << 20, "bytes reserved");
    assertTrue(run.usage().cpuSeconds() > 0 && run.usage().wallSeconds() > 0);
  }

  @Test
  void thePeer_getsModulesThatDoNotClash_andMustLinkEachSection() throws IOException {
    String table = ".section .orc_unwind_ip,\"a\"\n.long start - .\n.section .comment\n.byte 1\n";
    List<Path> modules = List.of(module("first", ""), module("second", table));
    List<Path> copies = Linking.peerInput(modules, Files.createDirectory(folder.resolve("peer")));
    assertEquals(3, copies.size());
    assertEquals(List.of(PeerInput.ENTRY), globals(copies.get(0)));
    assertEquals(Set.of(".text", ".gnu.linkonce.this_module"), visible(copies.get(1), "m0_"));
    assertEquals(
        Set.of(".text", ".gnu.linkonce.this_module", ".orc_unwind_ip"),
        visible(copies.get(2), "m1_"));
  }

  /** {@return the sections for which a copy defines a global symbol with a prefix} */
  private static Set<String> visible(Path object, String prefix) throws IOException {
    String[] headers = Tool.must(List.of("readelf", "-SW", object.toString())).split("\n");
    return globals(object).stream()
        .map(name -> name.substring(prefix.length()))
        .map(section -> "[%2s] ".formatted(section))
        .map(
            start ->
                Stream.of(headers).filter(line -> line.contains(start)).findFirst().orElseThrow())
        .map(line -> line.substring(line.indexOf(']') + 2).split(" ", 2)[0])
        .collect(Collectors.toSet());
  }

  /** {@return the global symbols of an object} */
  private static List<String> globals(Path object) throws IOException {
    return Tool.must(List.of("readelf", "-sW", object.toString()))
        .lines()
        .map(line -> line.strip().split(" +"))
        .filter(word -> word.length == 8 && word[4].equals("GLOBAL") && !word[6].equals("UND"))
        .map(word -> word[7])
        .toList();
  }

  @Test
  void whatFails_isNotMeasured() {
    var failure =
        assertThrows(
            IOException.class, () -> Linking.run(List.of("sh", "-c", "echo why >&2; exit 3")));
    assertEquals("sh ended with 3: why\n", failure.getMessage());
  }
}
