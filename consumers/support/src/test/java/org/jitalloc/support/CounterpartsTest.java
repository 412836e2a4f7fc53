package org.jitalloc.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jitalloc.Target;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each service knows its counterpart of the same target, whichever started first. */
final class CounterpartsTest {
  private final List<String> told = new ArrayList<>();
  private Runnable meanwhile = () -> {};
  private final Counterparts<String, String> counterparts = new Counterparts<>(this::hear);

  private void hear(String service, @Nullable String other) {
    Runnable once = meanwhile;
    meanwhile = () -> {};
    once.run();
    told.add(service + (other == null ? "" : "+" + other));
  }

  private static Map<String, ?> of(String target) {
    return Map.of(Target.TARGET_PROPERTY, target);
  }

  @Test
  void whoeverCameFirst_oneIsToldOfTheOther() {
    counterparts.begin("host", "h");
    counterparts.add("elsewhere", of("image"));
    counterparts.add("x", of("host"));
    counterparts.begin("image", "i");
    counterparts.add("y", of("host"));
    counterparts.remove("x", of("host"));
    counterparts.remove("y", of("host"));
    assertEquals(List.of("h", "h+x", "i+elsewhere", "h+y", "h"), told);
  }

  @Test
  void whoEnded_isToldNothingMore() {
    counterparts.begin("host", "h");
    counterparts.end("h");
    counterparts.add("x", of("host"));
    assertEquals(List.of("h"), told);
  }

  @Test
  void whatChangesWhileOneIsTold_isToldLast() {
    meanwhile = () -> counterparts.add("x", of("host"));
    counterparts.begin("host", "h");
    assertEquals(List.of("h+x", "h", "h+x"), told);
  }
}
