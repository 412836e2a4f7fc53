package org.jitalloc.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table as text. The first column is aligned to the left, the others, which have numbers, to the
 * right.
 */
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Creates a table.
   *
   * @param header the titles of the columns
   */
  public Table(String... header) {
    rows.add(List.of(header));
  }

  /**
   * Adds a row.
   *
   * @param cells integers, fractions, which are shown with one decimal, or text
   * @return this table
   */
  public Table row(Object... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "a row of %d cells in a table of %d columns"
              .formatted(cells.length, rows.getFirst().size()));
    }
    var row = new ArrayList<String>();
    for (Object cell : cells) {
      row.add(
          switch (cell) {
            case Double fraction -> String.format(Locale.ROOT, "%,.1f", fraction);
            case Number number -> String.format(Locale.ROOT, "%,d", number.longValue());
            default -> cell.toString();
          });
    }
    rows.add(row);
    return this;
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        String blanks = " ".repeat(width(column) - cell.length());
        line.append(column == 0 ? cell + blanks : blanks + cell).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
