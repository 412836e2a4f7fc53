package org.jitalloc.modules.objects;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.modules.LoadedObjects;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ObjectLoader;
import org.jitalloc.modules.ObjectOptions;
import org.jitalloc.modules.plain.ModuleLoaders;
import org.jitalloc.modules.testing.HostCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of all kinds give what a linker takes of them. */
final class ArchiveKindsTest {
  private static final FunctionDescriptor INT = FunctionDescriptor.of(JAVA_INT);

  @TempDir Path folder;
  private final ObjectLoader loader = ModuleLoaders.objects();

  private Path compile(String file, String source) throws IOException {
    return new HostCompiler(folder).compile(file, source, "-fPIC");
  }

  private Path archive(String options, String name, Path... members) {
    Path archive = folder.resolve(name);
    var command =
        new ArrayList<>(List.of(HostCompiler.prefix() + "ar", options, archive.toString()));
    List.of(members).forEach(member -> command.add(member.toString()));
    ToolCommand.must(command);
    return archive;
  }

  private int call(String function, Path... files) throws Throwable {
    var options = ObjectOptions.DEFAULTS.withRoots(Set.of(function));
    try (LoadedObjects loaded = loader.load(List.of(files), options)) {
      return (int) loaded.function(function, INT).invokeExact();
    }
  }

  @Test
  void rootOfAnArchive_bringsItsMemberAndWhatThatNeeds() throws Throwable {
    Path low = compile("low.c", "int low(void) { return 40; }");
    Path high = compile("high.c", "int low(void); int high(void) { return low() + 2; }");
    Path other = compile("other.c", "int nowhere(void); int other(void) { return nowhere(); }");
    Path one = archive("rc", "one.a", high, other);
    Path two = archive("rcS", "two.a", low);
    assertEquals(42, call("high", one, two));
    assertEquals(42, call("high", two, one));
    var missing = assertThrows(ModuleException.class, () -> call("other", one, two));
    assertTrue(
        String.valueOf(missing.getMessage()).contains("one.a(other.c.o): nowhere is defined by"),
        missing::toString);
  }

  @Test
  void weakDefinition_bringsItsMember() throws Throwable {
    Path weak = compile("wd.c", "__attribute__((weak)) int weakdef(void) { return 77; }");
    Path user = compile("wu.c", "int weakdef(void); int use(void) { return weakdef(); }");
    assertEquals(77, call("use", user, archive("rc", "weak.a", weak)));
  }

  @Test
  void membersWithoutSymbolsAndTexts_arePassedOver() throws Throwable {
    Path bare = compile("bare.c", "");
    ToolCommand.must(List.of(HostCompiler.prefix() + "strip", "-s", bare.toString()));
    Path note = Files.writeString(folder.resolve("README"), "read me\n");
    Path good = compile("good.c", "int good(void) { return 6; }");
    assertEquals(6, call("good", archive("rc", "mixed.a", note, bare, good)));
  }

  @Test
  void thinArchive_hasItsMembersBesideIt() throws Throwable {
    Path good = compile("a_long_name_of_a_member.c", "int good(void) { return 9; }");
    assertEquals(9, call("good", archive("rcT", "thin.a", good)));
    Files.delete(good);
    var gone = assertThrows(ModuleException.class, () -> call("good", folder.resolve("thin.a")));
    assertEquals(ModuleException.Reason.UNREADABLE, gone.reason());
  }

  @Test
  void archiveOfBsd_hasLongNamesBeforeTheMembers() throws Throwable {
    Path good = compile("good.c", "int good(void) { return 11; }");
    Path bad = folder.resolve("bsd.a");
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes("!<arch>\n".getBytes(StandardCharsets.US_ASCII));
    member(bytes, "__.SYMDEF SORTED\0\0\0\0", new byte[8]);
    member(bytes, "a_member_with_a_name.o\0\0", Files.readAllBytes(good));
    Files.write(bad, bytes.toByteArray());
    assertEquals(11, call("good", bad));
  }

  private static void member(ByteArrayOutputStream to, String name, byte[] content) {
    int bytes = name.length() + content.length;
    to.writeBytes(
        "#1/%-13d0           0     0     644     %-10d`\n"
            .formatted(name.length(), bytes)
            .getBytes(StandardCharsets.US_ASCII));
    to.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    to.writeBytes(content);
    if (bytes % 2 != 0) {
      to.write('\n');
    }
  }

  @Test
  void membersOfTheSameName_areBothThere() throws Throwable {
    Path first = compile("same.c", "int first(void) { return 1; }");
    Path archive = archive("qc", "same.a", first);
    compile("same.c", "int first(void); int second(void) { return first() + 1; }");
    archive("qc", "same.a", first);
    assertEquals(2, call("second", archive));
  }

  @Test
  void wholeArchive_hasMembersThatNobodyNeeds() throws Throwable {
    Path one = compile("one.c", "int one(void) { return 1; }");
    Path two = compile("two.c", "int two(void) { return 2; }");
    Path archive = archive("rc", "whole.a", one, two);
    try (LoadedObjects loaded =
        loader.load(List.of(archive), ObjectOptions.DEFAULTS.withWhole(true))) {
      assertEquals(Set.of("one", "two"), loaded.symbols());
    }
    try (LoadedObjects loaded = loader.load(archive)) {
      assertEquals(Set.of(), loaded.symbols());
    }
  }

  @Test
  void symbolOfTwoObjects_isRefusedWithBothNames() throws IOException {
    Path one = compile("one.c", "int twice(void) { return 1; }");
    Path two = compile("two.c", "int twice(void) { return 2; }");
    var refusal = assertThrows(ModuleException.class, () -> loader.load(List.of(one, two)));
    assertTrue(
        String.valueOf(refusal.getMessage())
            .contains("twice is defined twice: by one.c.o and by two.c.o"),
        refusal::toString);
  }
}
