package org.jitalloc.console.vectors;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.console.command.CommandException;
import org.jitalloc.console.command.Hex;
import org.jitalloc.console.vectors.TestVector.Expected;

/**
 * Files of test vectors: a JSON object on each line. Fields that are not needed to run a vector are
 * ignored.
 */
public final class VectorFile {
  /** How deep objects and arrays may be nested; the parser calls itself for each level. */
  private static final int MOST_LEVELS = 100;

  private VectorFile() {}

  /**
   * Reads all vectors of a file.
   *
   * @param file its name, for errors
   * @param content its bytes
   * @return at least one vector, in the order of the file
   * @throws CommandException if a line is malformed, or there is no vector
   */
  public static List<TestVector> parse(String file, byte[] content) {
    var vectors = new ArrayList<TestVector>();
    int number = 0;
    for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
      number++;
      if (!line.isBlank()) {
        vectors.add(parseLine(file + ":" + number, line));
      }
    }
    if (vectors.isEmpty()) {
      throw new CommandException(file + " holds no vectors");
    }
    return vectors;
  }

  private static TestVector parseLine(String place, String line) {
    requireFewLevels(place, line);
    JsonObject fields;
    try {
      fields = JsonParser.object().from(line);
    } catch (JsonParserException wrong) {
      throw new CommandException("%s: not a JSON object: %s".formatted(place, wrong.getMessage()));
    }
    return new TestVector(
        fields.getString("name", place),
        Hex.parse(text(fields, "prog", place), place + ": prog"),
        Hex.parse(fields.getString("mem", ""), place + ": mem"),
        expected(fields, place));
  }

  private static void requireFewLevels(String place, String line) {
    int levels = 0;
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '[' || c == '{')) {
        levels++;
      } else if (!quoted && (c == ']' || c == '}')) {
        levels--;
      }
      if (levels > MOST_LEVELS) {
        throw new CommandException(
            "%s: not a JSON object with at most %d levels of nesting"
                .formatted(place, MOST_LEVELS));
      }
    }
  }

  private static Expected expected(JsonObject fields, String place) {
    String expect = text(fields, "expect", place);
    return switch (expect) {
      case "r0" -> new TestVector.Returns(r0(text(fields, "r0", place), place));
      case "reject_at_load" -> new TestVector.Refused();
      default ->
          throw new CommandException(
              "%s: expect is %s; it can be r0 or reject_at_load".formatted(place, expect));
    };
  }

  private static long r0(String digits, String place) {
    try {
      return Long.parseUnsignedLong(digits.startsWith("0x") ? digits.substring(2) : digits, 16);
    } catch (NumberFormatException wrong) {
      throw new CommandException(
          "%s: r0 is %s; it has to be up to 16 hexadecimal digits".formatted(place, digits));
    }
  }

  private static String text(JsonObject fields, String name, String place) {
    String value = fields.getString(name);
    if (value == null) {
      throw new CommandException("%s: there is no text field %s".formatted(place, name));
    }
    return value;
  }
}
