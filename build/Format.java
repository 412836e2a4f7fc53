import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Checks or applies the layout of every Java source of the repository.
 *
 * <p>A program of our own because formatter plugins parse with the JDK that runs Maven, which may
 * not know Java 25. This one runs on the JDK that compiles the sources, once for all modules.
 */
final class Format {
  private static final int WIDTH = 100;

  static void main(String[] args) throws IOException {
    boolean apply =
        switch (args[0]) {
          case "check" -> false;
          case "apply" -> true;
          default -> throw new IllegalArgumentException("format is check or apply, not " + args[0]);
        };
    List<Path> sources;
    try (var files = Files.walk(Path.of(args[1]))) {
      sources =
          files.filter(f -> f.toString().endsWith(".java") && !isGenerated(f)).sorted().toList();
    }
    var problems = sources.parallelStream().flatMap(f -> format(f, apply).stream()).toList();
    problems.forEach(System.err::println);
    if (!problems.isEmpty()) {
      if (!apply) System.err.println("To format every source: mvn -q -N verify -Dformat=apply");
      System.exit(1);
    }
  }

  private static boolean isGenerated(Path file) {
    for (Path part : file) if (part.toString().equals("target")) return true;
    return false;
  }

  private static Optional<String> format(Path file, boolean apply) {
    try {
      var text = Files.readString(file);
      // The formatter would continue such a line with a plain comment and so break the Javadoc.
      var tooLong =
          text.lines().filter(l -> l.length() > WIDTH && l.strip().startsWith("///")).findFirst();
      if (tooLong.isPresent()) {
        return Optional.of(file + ": wrap at column " + WIDTH + ": " + tooLong.get().strip());
      }
      var wanted = new Formatter().formatSourceAndFixImports(text);
      if (wanted.equals(text)) return Optional.empty();
      if (!apply) return Optional.of(file + ": not formatted");
      Files.writeString(file, wanted);
      return Optional.empty();
    } catch (FormatterException e) {
      return Optional.of(file + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
