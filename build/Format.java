import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks or applies the layout of every Java source of the repository, and where it is switched on
 * the style that CONTRIBUTING.md states: braces, {@code var}, and the width of comments.
 *
 * <p>A program of our own because formatter plugins parse with the JDK that runs Maven, which may
 * not know Java 25. This one runs on the JDK that compiles the sources, once for all modules.
 */
final class Format {
  static final int WIDTH = 100;

  private final boolean apply;
  private final boolean style;

  private Format(boolean apply, boolean style) {
    this.apply = apply;
    this.style = style;
  }

  /** Arguments: check or apply, a folder, and optionally whether the style is on or off. */
  static void main(String[] args) throws IOException {
    var format = new Format(isFirst(args[0], "check", "apply"), isStyle(args));
    List<Path> sources;
    try (var files = Files.walk(Path.of(args[1]))) {
      sources =
          files.filter(f -> f.toString().endsWith(".java") && !isGenerated(f)).sorted().toList();
    }
    var problems = sources.parallelStream().flatMap(f -> format.problems(f).stream()).toList();
    problems.forEach(System.err::println);
    if (!problems.isEmpty()) {
      if (!format.apply) {
        System.err.println("To format every source: mvn -q -N verify -Dformat=apply");
      }
      System.exit(1);
    }
  }

  private static boolean isFirst(String word, String no, String yes) {
    if (!word.equals(no) && !word.equals(yes)) {
      throw new IllegalArgumentException("expected " + no + " or " + yes + ", not " + word);
    }
    return word.equals(yes);
  }

  private static boolean isStyle(String[] args) {
    return args.length > 2 && isFirst(args[2], "off", "on");
  }

  private static boolean isGenerated(Path file) {
    for (Path part : file) {
      if (part.toString().equals("target")) {
        return true;
      }
    }
    return false;
  }

  /** What is wrong with a file after the layout was applied, or without that. */
  private List<String> problems(Path file) {
    try {
      String text = Files.readString(file);
      // The formatter would continue such a line with a plain comment and so break the Javadoc.
      var tooLong =
          text.lines().filter(l -> l.length() > WIDTH && l.strip().startsWith("///")).findFirst();
      if (tooLong.isPresent()) {
        return List.of(file + ": wrap at column " + WIDTH + ": " + tooLong.get().strip());
      }
      var problems = new ArrayList<String>();
      String wanted = style ? obeying(file, text, problems) : text;
      String formatted = new Formatter().formatSourceAndFixImports(wanted);
      if (style) {
        String wrapped = CommentWidth.wrap(formatted, WIDTH);
        if (!wrapped.equals(formatted)) {
          problems.add(file + ": a comment is wider than " + WIDTH + " columns");
          formatted = new Formatter().formatSourceAndFixImports(wrapped);
        }
      }
      if (!formatted.equals(wanted) && problems.isEmpty()) {
        problems.add(file + ": not formatted");
      }
      List<String> byHand =
          style
              ? CommentWidth.tooWide(formatted, WIDTH).stream()
                  .map(line -> file + ": wrap by hand: " + line)
                  .toList()
              : List.of();
      if (!apply) {
        problems.addAll(byHand);
        return problems;
      }
      if (!formatted.equals(text)) {
        Files.writeString(file, formatted);
      }
      return byHand;
    } catch (FormatterException e) {
      return List.of(file + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String obeying(Path file, String text, List<String> problems) {
    List<Style.Edit> edits = Style.edits(text);
    for (Style.Edit edit : edits) {
      if (!edit.reason().isEmpty()) {
        problems.add("%s:%d: %s".formatted(file, Style.line(text, edit.start()), edit.reason()));
      }
    }
    return Style.apply(text, edits);
  }
}
