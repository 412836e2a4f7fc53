package org.jitalloc.modules.info;

import java.util.List;

/** Names of modules: what is {@code -} in the name of a file is {@code _} in that of the module. */
public final class ModuleName {
  private static final List<String> ENDINGS = List.of(".ko", ".ko.gz", ".ko.xz", ".ko.zst");

  private ModuleName() {}

  /**
   * The name a module has, of one somebody wrote.
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
