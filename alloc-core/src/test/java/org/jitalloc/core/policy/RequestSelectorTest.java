package org.jitalloc.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.jitalloc.Purpose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestSelectorTest {

  @ParameterizedTest
  @CsvSource({
    "*, com.acme, true",
    "*, '', true",
    "com.acme, com.acme, true",
    "com.acme, com.acme.x, false",
    "com.acme, xcom.acme, false",
    "com.*, com.acme, true",
    "com.*, com., true",
    "com.*, com, false",
    "*.acme, com.acme, true",
    "*.acme, com.acme.x, false",
    "com.*.x, com.acme.x, true",
    "com.*.x, com.x, false",
    "a*a, a, false",
    "a*a, aa, true",
    "a*b*c, a-b-b-c, true",
    "a*b*c, a-c-b, false",
    "**, com, true",
    "*b*, abc, true",
    "*b*, ac, false",
    "c.m, com, false",
    "'one, t*', two, true",
    "'one, t*', One, false",
  })
  void bundles_arePatterns(String globs, String name, boolean expected) {
    RequestSelector selector = RequestSelector.parse(List.of(globs), List.of(), List.of());
    assertEquals(expected, selector.selects(name, "host"), globs + " " + name);
  }

  @Test
  void targets_arePatterns_bundleAndTargetMustMatch() {
    RequestSelector images = RequestSelector.parse(List.of("a"), List.of(), List.of("image-*"));
    assertTrue(images.selects("a", "image-arm64"));
    assertEquals(false, images.selects("a", "host"));
    assertEquals(false, images.selects("b", "image-arm64"));
  }

  @Test
  void consumers_areNames_emptyListSelectsAll() {
    assertEquals(
        Set.of(Purpose.BPF, Purpose.KPROBES),
        RequestSelector.parse(List.of(), List.of("bpf, KPROBES"), List.of()).consumers());
    assertEquals(Set.of(Purpose.values()), RequestSelector.ALL.consumers());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> RequestSelector.parse(List.of(), List.of("BFP"), List.of()))
            .getMessage();
    assertEquals("consumers=BFP; expected one of MODULES, BPF, FTRACE, KPROBES", message);
  }

  @Test
  void policy_of_returnsEachSelectingRuleOnce() {
    var all = new Rule("all", RequestSelector.ALL, Constraints.NONE, Limits.NONE);
    var some =
        new Rule(
            "some",
            RequestSelector.parse(List.of("a*"), List.of(), List.of()),
            Constraints.NONE,
            Limits.NONE);
    var policy = new Policy(List.of(all, some, all));
    assertEquals(List.of(all, some), policy.of("abc", "host"));
    assertEquals(List.of(all), policy.of("xyz", "host"));
  }
}
