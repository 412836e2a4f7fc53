package org.jitalloc.core.settings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemSettingsTest {
  private final SystemSettings settings =
      new SystemSettings(Set.of("jitalloc.memory.mode", "jitalloc.policy"));

  @Test
  void requireKnown_knownNamesAndForeignNames_areAccepted() {
    assertDoesNotThrow(
        () ->
            settings.requireKnown(
                List.of("jitalloc.policy", "jitalloc.test.rounds", "java.home", "jitallocx")));
  }

  @ParameterizedTest
  @CsvSource({
    "jitalloc.memory.mod, the setting jitalloc.memory.mod is not known (did you mean"
        + " jitalloc.memory.mode?)",
    "jitalloc.polcy, the setting jitalloc.polcy is not known (did you mean jitalloc.policy?)",
    "jitalloc.Policy, the setting jitalloc.Policy is not known (did you mean jitalloc.policy?)",
    "jitalloc.speed, the setting jitalloc.speed is not known",
  })
  void requireKnown_unknownNames_areRefused(String name, String expected) {
    var refusal =
        assertThrows(
            JitAllocException.class, () -> settings.requireKnown(List.of("java.home", name)));
    assertEquals(Reason.INVALID_REQUEST, refusal.reason());
    assertEquals(
        "INVALID_REQUEST: " + expected + "; known are jitalloc.memory.mode, jitalloc.policy",
        refusal.getMessage());
  }
}
