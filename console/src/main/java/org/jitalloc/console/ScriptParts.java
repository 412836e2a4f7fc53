package org.jitalloc.console;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.felix.gogo.runtime.Parser;
import org.apache.felix.gogo.runtime.Parser.Executable;
import org.apache.felix.gogo.runtime.Parser.Operator;

/** Splits a script into parts that the shell executes one after the other. */
final class ScriptParts {

  private static final Pattern ASSIGNMENT = Pattern.compile("\\s*[\\w.]+\\s*=.*", Pattern.DOTALL);

  private ScriptParts() {}

  /**
   * Splits a script at semicolons and line ends. Commands that {@code &&}, {@code ||} and {@code &}
   * join stay in one part, and so does text in brackets or quotes.
   *
   * @param script the whole script
   * @return the parts that are not blank
   * @throws RuntimeException if the shell cannot parse the script
   */
  static List<String> parts(String script) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (Executable token : new Parser(script).program().tokens()) {
      if (token instanceof Operator && separates(token)) {
        add(parts, script.substring(start, token.start()));
        start = token.start() + token.length();
      }
    }
    add(parts, script.substring(start));
    return parts;
  }

  private static boolean separates(Executable operator) {
    return operator.toString().equals(";") || operator.toString().equals("\n");
  }

  private static void add(List<String> parts, String part) {
    if (!part.isBlank()) {
      parts.add(part);
    }
  }

  /** {@return whether a part assigns a variable, so that its value is not printed} */
  static boolean isAssignment(String part) {
    return ASSIGNMENT.matcher(part).matches();
  }
}
