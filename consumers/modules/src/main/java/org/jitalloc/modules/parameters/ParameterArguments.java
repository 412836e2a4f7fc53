package org.jitalloc.modules.parameters;

import java.util.ArrayList;
import java.util.List;

/**
 * A command line, taken to pieces as the kernel does it: words are divided by blanks, unless they
 * are in double quotes, of a value or of a whole word; a word {@code --} ends what is for the
 * kernel.
 *
 * @param words those before {@code --}
 * @param rest what comes after it, as it is; empty if there is nothing
 */
public record ParameterArguments(List<Argument> words, String rest) {

  /** Copies the list. */
  public ParameterArguments {
    words = List.copyOf(words);
  }

  /**
   * Takes a command line to pieces.
   *
   * @param line the command line
   * @return the pieces
   */
  public static ParameterArguments parse(String line) {
    List<Argument> words = new ArrayList<>();
    int at = skipBlanks(line, 0);
    while (at < line.length()) {
      int end = endOfWord(line, at);
      Argument word = word(line.substring(at, end));
      at = skipBlanks(line, end);
      if (word.value() == null && word.name().equals("--")) {
        return new ParameterArguments(words, line.substring(at));
      }
      words.add(word);
    }
    return new ParameterArguments(words, "");
  }

  private static int skipBlanks(String line, int from) {
    int at = from;
    while (at < line.length() && isBlank(line.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  /** Quotes count wherever they are, also in the middle of a word, where they stay. */
  private static int endOfWord(String line, int from) {
    boolean isQuoted = false;
    int at = from;
    while (at < line.length() && (isQuoted || !isBlank(line.charAt(at)))) {
      isQuoted ^= line.charAt(at) == '"';
      at++;
    }
    return at;
  }

  private static Argument word(String text) {
    String word = text.startsWith("\"") ? withoutEnd(text.substring(1)) : text;
    int equals = word.indexOf('=');
    if (equals <= 0) {
      return new Argument(word, null);
    }
    String value = word.substring(equals + 1);
    if (value.startsWith("\"")) {
      value = withoutEnd(value.substring(1));
    }
    return new Argument(word.substring(0, equals), value);
  }

  private static String withoutEnd(String text) {
    return text.endsWith("\"") ? text.substring(0, text.length() - 1) : text;
  }
}
