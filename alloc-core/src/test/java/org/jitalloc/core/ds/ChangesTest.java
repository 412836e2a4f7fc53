package org.jitalloc.core.ds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A change that fails, by an exception or an Error, does not keep later ones. */
final class ChangesTest {
  private final Changes changes = new Changes();
  private final List<String> made = new ArrayList<>();

  @Test
  void changeThatThrowsAnError_doesNotKeepLaterOnes() {
    var error = new NoClassDefFoundError("a bundle that is gone");
    var exception = new IllegalStateException("on purpose");
    Runnable outer =
        () -> {
          changes.make(
              () -> {
                throw exception;
              });
          changes.make(() -> made.add("inner"));
          throw error;
        };
    var thrown = assertThrows(NoClassDefFoundError.class, () -> changes.make(outer));
    assertSame(error, thrown);
    assertEquals(List.of(exception), List.of(thrown.getSuppressed()));
    changes.make(() -> made.add("later"));
    assertEquals(List.of("inner", "later"), made);
  }
}
