package org.jitalloc.kmod.depmod;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.info.ModuleName;

/**
 * Chooses between several files of one module by the {@code search} and {@code override} lines of
 * {@code depmod.d} (see depmod.d(5)). Without a {@code search} line, {@code updates} precedes the
 * other folders. Immutable.
 */
public final class ModuleSearch {
  /** The order of depmod without configuration. */
  public static final ModuleSearch DEFAULT =
      new ModuleSearch(List.of("updates", "built-in"), Set.of());

  private static final String BUILT_IN = "built-in";

  /** A file of an earlier folder replaces those of the same name of later folders. */
  private static final List<String> CONFIGURATION =
      List.of(
          "etc/depmod.d",
          "run/depmod.d",
          "usr/local/lib/depmod.d",
          "usr/lib/depmod.d",
          "lib/depmod.d");

  private final List<String> order;

  /** Paths without the suffix of the file, with {@code _}. */
  private final Set<String> overrides;

  private ModuleSearch(List<String> order, Set<String> overrides) {
    this.order = List.copyOf(order);
    this.overrides = Set.copyOf(overrides);
  }

  /**
   * Reads the configuration for a folder of modules.
   *
   * @param folder the folder; if it is {@code ROOT/lib/modules/RELEASE} or the same below {@code
   *     usr}, the configuration is that of the file system at ROOT
   * @return the search order; {@link #DEFAULT} for other folders
   * @throws ModuleException UNREADABLE or MALFORMED, see {@link #read}
   */
  public static ModuleSearch of(Path folder) {
    Path whole = folder.toAbsolutePath().normalize();
    Path modules = whole.getParent();
    Path lib = modules == null ? null : modules.getParent();
    Path root = lib == null ? null : lib.getParent();
    if (modules == null || root == null || !modules.endsWith("lib/modules")) {
      return DEFAULT;
    }
    Path parent = root.getParent();
    Path base = root.endsWith("usr") && parent != null ? parent : root;
    return read(
        CONFIGURATION.stream().map(base::resolve).toList(), String.valueOf(whole.getFileName()));
  }

  /**
   * Reads configurations. Of files of the same name, the one of the first folder is used; files are
   * read in the order of their names.
   *
   * @param folders the folders with files {@code *.conf}; a missing folder is empty
   * @param release the release of the kernel, for {@code override} lines
   * @return the search order
   * @throws ModuleException UNREADABLE if a file cannot be read; MALFORMED if a line is malformed
   */
  public static ModuleSearch read(Collection<Path> folders, String release) {
    var files = new TreeMap<String, Path>();
    var order = new ArrayList<String>();
    var overrides = new HashSet<String>();
    try {
      for (Path folder : folders) {
        addFiles(folder, files);
      }
      for (Path file : files.values()) {
        String text = Files.readString(file).replace("\\\n", " ");
        for (String line : text.lines().toList()) {
          readLine(line, release, order, overrides, file);
        }
      }
    } catch (IOException failure) {
      throw new ModuleException(
          Reason.UNREADABLE, "cannot read depmod.d: " + failure.getMessage(), failure);
    }
    if (order.isEmpty()) {
      order.addAll(DEFAULT.order);
    }
    return new ModuleSearch(order, overrides);
  }

  private static void addFiles(Path folder, TreeMap<String, Path> files) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.conf")) {
      for (Path file : found) {
        files.putIfAbsent(String.valueOf(file.getFileName()), file);
      }
    }
  }

  private static void readLine(
      String line, String release, List<String> order, Set<String> overrides, Path file) {
    List<String> words = List.of(line.strip().split("\\s+"));
    switch (words.getFirst()) {
      case "search" -> order.addAll(words.subList(1, words.size()));
      case "override" -> {
        if (words.size() != 4) {
          throw new ModuleException(
              Reason.MALFORMED, "%s: not override MODULE RELEASE FOLDER: %s".formatted(file, line));
        }
        if (words.get(2).equals("*") || words.get(2).equals(release)) {
          overrides.add(words.get(3) + "/" + ModuleName.of(words.get(1)));
        }
      }
      default -> {
        // Comments, and directives that are not needed: external, exclude, make_map_files.
      }
    }
  }

  /**
   * Decides between two files of one module.
   *
   * @param path the path of the first from the folder of modules, with {@code /}
   * @param other the path of the second
   * @return whether the first is preferred; if neither is, the second is used
   */
  public boolean prefers(String path, String other) {
    if (overrides.contains(stem(path))) {
      return true;
    }
    return !overrides.contains(stem(other)) && rank(path) < rank(other);
  }

  private static String stem(String path) {
    int slash = path.lastIndexOf('/');
    return path.substring(0, slash + 1) + ModuleName.ofFile(path);
  }

  /**
   * {@return the index of the entry of the folder of a file; of the built-in entry if there is
   * none}
   */
  private int rank(String path) {
    for (int i = 0; i < order.size(); i++) {
      if (path.startsWith(order.get(i) + "/")) {
        return i;
      }
    }
    int builtIn = order.indexOf(BUILT_IN);
    return builtIn < 0 ? order.size() : builtIn;
  }
}
