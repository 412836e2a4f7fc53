package org.jitalloc.bench.report;

import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** One JSON object in one line, its members in the order in which they are put. */
public final class JsonLine {
  private final StringJoiner members = new StringJoiner(", ", "{", "}");

  /** Starts an object without members. */
  public JsonLine() {}

  /**
   * Adds a member.
   *
   * @param name its name
   * @param value text; a number, which has two digits behind the point if it is a fraction and is
   *     null if it is not finite; or null
   * @return this object
   */
  public JsonLine put(String name, @Nullable Object value) {
    members.add(quoted(name) + ": " + json(value));
    return this;
  }

  private static String json(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Double fraction ->
          Double.isFinite(fraction) ? String.format(Locale.ROOT, "%.2f", fraction) : "null";
      case Number number -> Long.toString(number.longValue());
      default -> quoted(value.toString());
    };
  }

  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  @Override
  public String toString() {
    return members.toString();
  }
}
