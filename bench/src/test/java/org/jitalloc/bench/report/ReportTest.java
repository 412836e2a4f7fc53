package org.jitalloc.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportTest {

  @Test
  void jsonLine_keepsTheOrder_andKnowsNull() {
    assertEquals(
        "{\"b\":1.50,\"a\":12345678901,\"c\":null,\"d\":\"x\",\"e\":null}",
        new JsonLine()
            .put("b", 1.5)
            .put("a", 12_345_678_901L)
            .put("c", null)
            .put("d", "x")
            .put("e", Double.NaN)
            .toString());
  }

  @Test
  void jsonLine_escapesText() {
    assertEquals(
        "{\"path\":\"a\\\"b\\\\c\\nd\"}", new JsonLine().put("path", "a\"b\\c\nd").toString());
  }

  @Test
  void table_firstColumnLeft_figuresRight() {
    assertEquals(
        """
        name        ns
        a          1.5
        longer  12,345
        """,
        new Table("name", "ns").row("a", 1.49999).row("longer", 12_345).toString());
  }

  @Test
  void table_rowOfAnotherWidth_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Table("a", "b").row(1));
  }

  @Test
  void median_isTheMiddle_notTheMean() {
    assertEquals(2, Median.of(List.of(1000.0, 1.0, 2.0)));
    assertEquals(2.5, Median.of(List.of(1000.0, 3.0, 1.0, 2.0)));
  }
}
