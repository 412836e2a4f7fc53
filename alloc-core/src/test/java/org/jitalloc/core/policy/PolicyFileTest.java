package org.jitalloc.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFileTest {
  private static final List<String> MODES = List.of("memfd", "hugetlb");

  @TempDir private Path folder;

  private Policy read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("policy.properties"), text);
    return PolicyFile.read(file, MODES);
  }

  @Test
  void read_everyKeyOfSeveralRules_givesTheRules() throws IOException {
    Policy policy =
        read(
            """
            # a comment
            small.bundles = com.acme.*, org.jitalloc.bpf
            small.consumers = BPF
            small.targets = host
            small.maxBytes = 1000
            small.maxAllocations = 10
            small.together = true
            com.acme.strict.allow = false
            com.acme.strict.types = TEXT, DATA
            com.acme.strict.memoryModes = memfd
            com.acme.strict.unchecked = false
            """);
    assertEquals(
        List.of(
            new Rule(
                "com.acme.strict",
                RequestSelector.ALL,
                new Constraints(
                    false, Set.of(ModMemType.TEXT, ModMemType.DATA), Set.of("memfd"), false),
                Limits.NONE),
            new Rule(
                "small",
                new RequestSelector(
                    List.of("com.acme.*", "org.jitalloc.bpf"),
                    Set.of(Purpose.BPF),
                    List.of("host")),
                Constraints.NONE,
                new Limits(1000, 10, true))),
        policy.rules());
  }

  @Test
  void read_invalidEntry_isRefusedWithFileAndKey() {
    assertRefused(
        "a.maxBites=1\n",
        "a.maxBites is not NAME.KEY: the key maxBites is not known (did you mean maxBytes?)");
    assertRefused("a.name=b\n", "a.name is not NAME.KEY");
    assertRefused("a.maxBytes=1\na.maxBytes=2\n", "a.maxBytes is given twice");
    assertRefused("a.maxBytes=-1\n", "a.maxBytes=-1 is negative");
    assertRefused("maxBytes=1\n", "maxBytes is not NAME.KEY");
    assertRefused("a.maxBytes=1k\n", "a.maxBytes=1k is not an integer");
    assertRefused("a.allow=yes\n", "a.allow=yes; expected one of true, false");
    assertRefused("a.types=TXT\n", "a.types=TXT; expected one of TEXT, DATA");
    assertRefused("a.memoryModes=huge\n", "a.memoryModes=huge; expected one of memfd, hugetlb");
  }

  private void assertRefused(String text, String expected) {
    var thrown = assertThrows(IllegalArgumentException.class, () -> read(text));
    assertTrue(String.valueOf(thrown.getMessage()).contains(expected), thrown.getMessage());
    assertTrue(String.valueOf(thrown.getMessage()).contains("policy.properties"));
  }

  @Test
  void read_missingFile_isRefused() {
    Path missing = folder.resolve("missing");
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> PolicyFile.read(missing, MODES));
    assertTrue(String.valueOf(thrown.getMessage()).contains(missing.toString()));
  }
}
