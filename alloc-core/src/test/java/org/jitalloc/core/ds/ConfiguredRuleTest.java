package org.jitalloc.core.ds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.target.TargetMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules as Config Admin gives them. */
class ConfiguredRuleTest {
  private final Rules rules = new Rules();
  private final TargetMemory memory =
      TargetMemory.image(
          "image", new Arm64Arch(), false, 0, LeakPolicy.DEFAULT, rules.book(), () -> null);
  private final JitAllocator allocator = memory.allocatorFor("com.acme");

  @AfterEach
  void close() {
    memory.close();
  }

  private static Map<String, Object> configuration(String key, Object value) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("service.pid", "pid");
    properties.put("component.id", 7L);
    properties.put(".private", "x");
    properties.put("felix.fileinstall.filename", "file:rule.cfg");
    properties.put(key, value);
    return properties;
  }

  private String denial() {
    var denied =
        assertThrows(JitAllocException.class, () -> allocator.allocate(ModMemType.DATA, 8));
    assertEquals(Reason.DENIED, denied.reason());
    return String.valueOf(denied.getMessage());
  }

  private void assertAllowed() {
    allocator.allocate(ModMemType.DATA, 8).close();
  }

  @ParameterizedTest
  @CsvSource({
    "maxByte, 4, key maxByte is not known (did you mean maxBytes?)",
    "bundels, com.other, key bundels is not known (did you mean bundles?)",
    "max.bytes, 4, key max.bytes is not known",
    "maxBytes, -1, maxBytes=-1 is negative",
    "types, TXT, types=TXT",
  })
  void wrongConfiguration_deniesEverythingUntilItIsCorrected(
      String key, String value, String reason) {
    var rule = new ConfiguredRule(rules, configuration(key, value));
    assertTrue(denial().contains(reason), denial());
    rule.change(configuration("bundles", "com.other"));
    assertAllowed();
    rule.change(configuration(key, value));
    assertTrue(denial().contains(reason), denial());
    rule.remove();
    assertAllowed();
  }

  @Test
  void wrongChange_deniesEverything_andTheEarlierRuleStaysInForce() {
    var rule = new ConfiguredRule(rules, configuration("types", List.of("TEXT")));
    assertTrue(denial().contains("rule=pid types=[TEXT]"), denial());
    rule.change(configuration("typos", "DATA"));
    assertTrue(denial().contains("rule=pid types=[TEXT]"), denial());
    var denied =
        assertThrows(JitAllocException.class, () -> allocator.allocate(ModMemType.TEXT, 8));
    assertTrue(String.valueOf(denied.getMessage()).contains("typos"), denied.getMessage());
    rule.remove();
    assertAllowed();
  }
}
