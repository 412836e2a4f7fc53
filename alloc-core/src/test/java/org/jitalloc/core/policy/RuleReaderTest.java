package org.jitalloc.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleReaderTest {
  private static final List<String> MODES = List.of("memfd", "hugetlb");

  private static Rule read(Map<String, ?> values) {
    return RuleReader.read("pid", values, MODES);
  }

  @Test
  void read_noKeys_isARuleWithoutEffect() {
    assertEquals(
        new Rule("pid", RequestSelector.ALL, Constraints.NONE, Limits.NONE), read(Map.of()));
  }

  @Test
  void read_valuesOfEachType_equalValuesOfStrings() {
    var expected =
        new Rule(
            "one",
            new RequestSelector(List.of("a", "b"), Set.of(Purpose.BPF), List.of("host")),
            new Constraints(false, Set.of(ModMemType.TEXT), Set.of("memfd"), false),
            new Limits(1000, 10, true));
    assertEquals(
        expected,
        read(
            Map.ofEntries(
                Map.entry("name", "one"),
                Map.entry("bundles", new String[] {"a", "b"}),
                Map.entry("consumers", List.of("BPF")),
                Map.entry("targets", "host"),
                Map.entry("allow", false),
                Map.entry("types", "TEXT"),
                Map.entry("memoryModes", "memfd"),
                Map.entry("unchecked", Boolean.FALSE),
                Map.entry("maxBytes", 1000),
                Map.entry("maxAllocations", 10L),
                Map.entry("together", "true"))));
    assertEquals(
        expected,
        read(
            Map.ofEntries(
                Map.entry("name", " one "),
                Map.entry("bundles", "a, b"),
                Map.entry("consumers", "bpf"),
                Map.entry("targets", new Object[] {"host"}),
                Map.entry("allow", "false"),
                Map.entry("types", Set.of("TEXT")),
                Map.entry("memoryModes", "memfd"),
                Map.entry("unchecked", new String[] {"false"}),
                Map.entry("maxBytes", "1000"),
                Map.entry("maxAllocations", (short) 10),
                Map.entry("together", true))));
  }

  @ParameterizedTest
  @CsvSource({
    "maxByte, 4, the key maxByte is not known (did you mean maxBytes?)",
    "bundels, x, the key bundels is not known (did you mean bundles?)",
    "maxbytes, 4, the key maxbytes is not known (did you mean maxBytes?)",
    "unchekced, false, the key unchekced is not known (did you mean unchecked?)",
    "quota, 4, the key quota is not known; known are allow",
    "maxBytes, 4k, maxBytes=4k is not an integer",
    "maxBytes, 4.5, maxBytes=4.5 is not an integer",
    "maxBytes, -1, maxBytes=-1 is negative; 0 means no limit",
    "maxAllocations, -7, maxAllocations=-7 is negative",
    "together, yes, 'together=yes; expected one of true, false'",
    "allow, '', 'allow=; expected one of true, false'",
    "types, TXT, types=TXT; expected one of TEXT",
    "consumers, BFP, consumers=BFP; expected one of",
    "memoryModes, huge, 'memoryModes=huge; expected one of memfd, hugetlb'",
  })
  void read_invalidValue_isRefusedWithTheReason(String key, String value, String expected) {
    var thrown = assertThrows(IllegalArgumentException.class, () -> read(Map.of(key, value)));
    String message = String.valueOf(thrown.getMessage());
    assertEquals(expected, message.substring(0, Math.min(expected.length(), message.length())));
  }

  @Test
  void read_severalValuesForASingleValuedKey_areRefused() {
    var values = Map.of("maxBytes", new String[] {"1", "2"});
    assertThrows(IllegalArgumentException.class, () -> read(values));
    assertThrows(IllegalArgumentException.class, () -> read(Map.of("bundles", new Object())));
  }
}
