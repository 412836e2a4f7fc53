package org.jitalloc.ftrace.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jitalloc.Instruction;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.Poke;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.ftrace.testing.Called;
import org.jitalloc.ftrace.testing.PlainText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sites of every architecture in images: what stands in memory after each change. */
final class PatcherTest {
  private static final int SITES = 100;
  private static final int APART = 64;

  private final List<byte[]> ready = new ArrayList<>();

  private static CallSites form(String arch) {
    return ServiceLoader.load(CallSites.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(s -> s.arch().equals(arch))
        .findFirst()
        .orElseThrow();
  }

  /** What compilers leave, as the fact sheet of each architecture has it. */
  private static byte[] compiled(String arch) {
    return HexFormat.of()
        .parseHex(
            switch (arch) {
              case "amd64" -> "9090909090c3";
              case "arm64" -> "1f2003d51f2003d5c0035fd6";
              default -> "c0040000000007fe";
            });
  }

  private static SiteGroup group(JitAllocator image, String owner) {
    String arch = image.target().arch();
    var code = new byte[SITES * APART];
    Map<Integer, String> sites = new TreeMap<>();
    for (int i = 0; i < SITES; i++) {
      byte[] function = compiled(arch);
      System.arraycopy(function, 0, code, i * APART, function.length);
      sites.put(i * APART, "function" + i);
    }
    PlainText text = PlainText.forming(image, owner, code, sites);
    SiteGroup group = SiteGroup.of(text, form(arch), image.target().byteOrder(), code(text));
    text.memory().publish();
    return group;
  }

  private static byte[] code(PlainText text) {
    return text.memory().read(0, (int) text.memory().bytes());
  }

  private static byte[] bytes(SiteGroup group, int index) {
    return group.memory().read(index * (long) APART, group.form().bytes());
  }

  /** Where the instruction is that changes. */
  private static long instruction(SiteGroup group, int index) {
    long site = group.address(index);
    return group.form().enable(site, site).address();
  }

  private static List<SiteTarget> all(SiteGroup group, long to) {
    List<SiteTarget> changes = new ArrayList<>();
    for (int i = 0; i < group.size(); i++) {
      changes.add(new SiteTarget(group, i, to));
    }
    return changes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64", "s390x"})
  void sitesAreEnabledRedirectedDisabled_andAreAsBefore(String arch) {
    JitAllocator image = JitAlloc.newImage("patcher", arch);
    SiteGroup group = group(image, "");
    var patcher = new Patcher(image, _ -> null);
    for (int i = 0; i < SITES; i++) {
      ready.add(bytes(group, i));
    }
    long tracer = group.memory().address() + 4096;

    for (long to : new long[] {tracer, tracer, tracer + 64, 0, tracer, 0}) {
      patcher.apply(all(group, to));
      for (int i = 0; i < SITES; i++) {
        assertEquals(to, Called.by(image, instruction(group, i)).tracer());
        assertEquals(to, group.call(i));
      }
    }
    patcher.leave(List.of(group));
    for (int i = 0; i < SITES; i++) {
      assertArrayEquals(ready.get(i), bytes(group, i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64", "s390x"})
  void aSiteThatIsNotAsItShouldBe_isNamedWithBothByteStrings_andNothingChanges(String arch) {
    JitAllocator image = JitAlloc.newImage("patcher", arch);
    SiteGroup group = group(image, "ext4");
    byte[] before = bytes(group, 0);
    int skipped = arch.equals("arm64") ? 4 : 0;
    byte[] site = java.util.Arrays.copyOfRange(bytes(group, 7), skipped, before.length);
    byte[] other =
        image
            .poker()
            .encode(new Instruction.Jump(group.memory().address()), group.address(7) + skipped);
    image
        .poker()
        .poke(
            new Poke(
                group.memory(),
                7L * APART + skipped,
                new Instruction.Raw(site),
                new Instruction.Raw(other)));

    JitAllocException failure =
        assertThrows(
            JitAllocException.class,
            () -> new Patcher(image, _ -> null).apply(all(group, group.memory().address() + 4096)));

    assertEquals(Reason.TEXT_MISMATCH, failure.reason());
    HexFormat hex = HexFormat.of();
    for (String part :
        List.of(
            "function7 [ext4]",
            "expected " + hex.formatHex(site),
            "found " + hex.formatHex(other))) {
      assertTrue(failure.getMessage().contains(part), failure.getMessage());
    }
    assertArrayEquals(before, bytes(group, 0));
    assertEquals(0, group.call(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64", "s390x"})
  void textWithoutASite_isRefusedByName(String arch) {
    JitAllocator image = JitAlloc.newImage("patcher", arch);
    PlainText text = PlainText.forming(image, "", new byte[64], Map.of(8, "nothing_here"));
    JitAllocException failure =
        assertThrows(
            JitAllocException.class,
            () -> SiteGroup.of(text, form(arch), image.target().byteOrder(), code(text)));
    assertEquals(Reason.TEXT_MISMATCH, failure.reason());
    assertTrue(failure.getMessage().contains("nothing_here"), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64"})
  void liveTextThatIsNotReady_isRefused(String arch) {
    JitAllocator image = JitAlloc.newImage("patcher", arch);
    PlainText text = PlainText.forming(image, "", compiled(arch), Map.of(0, "late"));
    try (JitMemory _ = text.memory().publish()) {
      JitAllocException failure =
          assertThrows(
              JitAllocException.class,
              () -> SiteGroup.of(text, form(arch), image.target().byteOrder(), code(text)));
      assertEquals(Reason.WRONG_STATE, failure.reason());
    }
  }
}
