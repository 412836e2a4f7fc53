package org.jitalloc.bench.report;

import com.grack.nanojson.JsonWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object on one line, with its members in the order of their addition. */
public final class JsonLine {
  private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

  /** Creates an object without members. */
  public JsonLine() {}

  /**
   * Adds a member.
   *
   * @param name its name
   * @param value a text; a number, which has two decimals if it is a fraction and is null if it is
   *     not finite; or null
   * @return this object
   */
  public JsonLine put(String name, @Nullable Object value) {
    members.put(name, json(value));
    return this;
  }

  private static @Nullable Object json(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Double fraction ->
          Double.isFinite(fraction)
              ? BigDecimal.valueOf(fraction).setScale(2, RoundingMode.HALF_UP)
              : null;
      case Number number -> number;
      default -> value.toString();
    };
  }

  @Override
  public String toString() {
    return JsonWriter.string(members);
  }
}
