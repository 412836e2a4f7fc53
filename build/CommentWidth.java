import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Wraps the lines of block comments that are too wide. The formatter does so for Javadoc and for
 * comments that begin with two slashes, not for these.
 */
final class CommentWidth {
  /** What a comment can be confused with, then a comment. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "\"\"\"[^\"\\\\]*(?:(?:\\\\.|\"(?!\"\"))[^\"\\\\]*)*\"\"\""
              + "|\"[^\"\\\\\n]*(?:\\\\.[^\"\\\\\n]*)*\"|'(?:\\\\.|[^'\\\\\n])[^'\n]*'"
              + "|//[^\n]*|(?<block>/\\*.*?\\*/)",
          Pattern.DOTALL);

  /** Indentation and asterisk, spaces behind it, words. */
  private static final Pattern LINE = Pattern.compile("^( *\\*)( +)(\\S.*)$");

  /** What begins a paragraph or an item although the line before it is not empty. */
  private static final Pattern ITEM =
      Pattern.compile("^(?:[-*•] |\\[\\d+]|[A-Z]\\d+ |\\d+[.)] |[A-Z][\\w ]{0,30}:(?: |$)|@|<).*");

  private CommentWidth() {}

  /** Lines of Javadoc that are too wide and that the formatter leaves alone, such as tables. */
  static List<String> tooWide(String text, int width) {
    return TOKEN
        .matcher(text)
        .results()
        .filter(token -> token.group("block") != null)
        .flatMap(token -> token.group().lines())
        .filter(line -> line.length() > width && line.strip().lastIndexOf(' ') > "* ".length())
        .map(String::strip)
        .toList();
  }

  /** The source with each block comment's lines at most as wide as can be. */
  static String wrap(String text, int width) {
    Matcher token = TOKEN.matcher(text);
    return token.replaceAll(
        found ->
            Matcher.quoteReplacement(
                found.group("block") == null || found.group().startsWith("/**")
                    ? found.group()
                    : wrapComment(found.group(), width)));
  }

  private static String wrapComment(String comment, int width) {
    var lines = new ArrayList<>(List.of(comment.split("\n", -1)));
    for (int i = 0; i < lines.size(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (lines.get(i).length() <= width || !line.matches()) {
        continue;
      }
      String indent = line.group(1) + line.group(2);
      int cut = lines.get(i).lastIndexOf(' ', width);
      if (cut <= indent.length()) {
        continue;
      }
      String rest = lines.get(i).substring(cut).strip();
      lines.set(i, lines.get(i).substring(0, cut).stripTrailing());
      carry(lines, i + 1, hanging(indent, line.group(3)), rest);
    }
    return String.join("\n", lines);
  }

  /** Where the second line of an item begins. */
  private static String hanging(String indent, String words) {
    return ITEM.matcher(words).matches() && words.startsWith("-") ? indent + "  " : indent;
  }

  /**
   * Puts words at the start of a line, or into one of their own where that begins something new.
   */
  private static void carry(List<String> lines, int at, String indent, String words) {
    String next = at < lines.size() ? lines.get(at) : "";
    Matcher line = LINE.matcher(next);
    if (line.matches()
        && (line.group(1) + line.group(2)).equals(indent)
        && !next.strip().equals("*/")
        && !ITEM.matcher(line.group(3)).matches()) {
      lines.set(at, indent + words + " " + line.group(3));
    } else {
      lines.add(at, indent + words);
    }
  }
}
