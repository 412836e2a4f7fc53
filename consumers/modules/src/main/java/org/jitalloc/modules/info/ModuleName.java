package org.jitalloc.modules.info;

import java.util.List;
import java.util.stream.Collectors;

/** Names of modules: what is {@code -} in the name of a file is {@code _} in that of the module. */
public final class ModuleName {
  private static final List<String> ENDINGS = List.of(".ko", ".ko.gz", ".ko.xz", ".ko.zst");

  /** How long a name may be: the kernel has room for 56 bytes with the one that ends it. */
  public static final int MOST_BYTES = 55;

  private ModuleName() {}

  /**
   * Whether a module may be called so. Names get into the names of files, and into listings that
   * are read by lines and words.
   *
   * @param name with {@code _}
   * @return whether it has nothing but letters and digits of ASCII and {@code ._+}, and does not
   *     start with a dot
   */
  public static boolean isValid(String name) {
    return !name.isEmpty()
        && name.length() <= MOST_BYTES
        && name.charAt(0) != '.'
        && name.chars().allMatch(ModuleName::isValid);
  }

  private static boolean isValid(int letter) {
    return letter >= 'a' && letter <= 'z'
        || letter >= 'A' && letter <= 'Z'
        || letter >= '0' && letter <= '9'
        || letter == '_'
        || letter == '.'
        || letter == '+';
  }

  /**
   * What an error can show of a name that is none.
   *
   * @param name anything
   * @return its first letters, a question mark for each that is not allowed
   */
  public static String shown(String name) {
    return name.codePoints()
        .limit(MOST_BYTES)
        .mapToObj(letter -> isValid(letter) ? Character.toString(letter) : "?")
        .collect(Collectors.joining());
  }

  /**
   * The name of a module, from a name as it is written.
   *
   * @param written with {@code -} or {@code _}
   * @return with {@code _}
   */
  public static String of(String written) {
    return written.replace('-', '_');
  }

  /**
   * Whether a file's name is that of a module, compressed or not.
   *
   * @param fileName with or without folders
   * @return whether it ends like one
   */
  public static boolean isFile(String fileName) {
    return ENDINGS.stream().anyMatch(fileName::endsWith);
  }

  /**
   * The name of the module in a file.
   *
   * @param fileName with or without folders, with or without an ending
   * @return what comes before the first dot, with {@code _}
   */
  public static String ofFile(String fileName) {
    String last = fileName.substring(fileName.lastIndexOf('/') + 1);
    int dot = last.indexOf('.');
    return of(dot < 0 ? last : last.substring(0, dot));
  }
}
