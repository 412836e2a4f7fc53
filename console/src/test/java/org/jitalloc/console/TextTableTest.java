package org.jitalloc.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class TextTableTest {

  @Test
  void toString_numbersFlushRight_textFlushLeft_noTrailingBlanks() {
    var table = new TextTable("NAME", "BYTES", "NOTE").row("a", 1_234_567L, "x").row("long", 1, "");
    assertEquals(
        """
        NAME      BYTES  NOTE
        a     1,234,567  x
        long          1\
        """,
        table.toString());
  }

  @Test
  void row_ofAnotherWidth_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new TextTable("A", "B").row("a"));
  }
}
