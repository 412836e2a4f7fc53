package org.jitalloc.kmod.depmod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.info.ModuleName;

/** Reads folders of modules, such as {@code /lib/modules/6.1.0}. */
public final class Depmod {
  private Depmod() {}

  /**
   * Reads all modules below a folder. Of two files of one module, the {@linkplain ModuleSearch
   * search order} of the file system of the folder chooses one. Modules are in the order of {@code
   * modules.order}, if that file exists, and then by path. Files that are no modules are skipped,
   * see {@link ModuleIndex#skipped}.
   *
   * @param folder the folder
   * @return the index of the modules
   * @throws ModuleException UNREADABLE if the folder cannot be read
   */
  public static ModuleIndex scan(Path folder) {
    return scan(folder, ModuleSearch.of(folder));
  }

  /**
   * Reads all modules below a folder with a given search order.
   *
   * @param folder the folder
   * @param search chooses between files of the same module
   * @return the index of the modules
   * @throws ModuleException UNREADABLE if the folder cannot be read
   */
  public static ModuleIndex scan(Path folder, ModuleSearch search) {
    try {
      Map<String, Integer> order = order(folder);
      var skipped = new ArrayList<SkippedFile>();
      List<Path> paths = ModuleTree.files(folder, skipped);
      Map<String, ModuleFile> byName = new HashMap<>();
      for (Path path : paths) {
        String name = ModuleName.ofFile(String.valueOf(path.getFileName()));
        ModuleFile other = byName.get(name);
        if (other != null && !search.prefers(ModuleFileReader.path(folder, path), other.path())) {
          continue;
        }
        try {
          byName.put(name, ModuleFileReader.read(folder, path));
        } catch (ModuleException refused) {
          skipped.add(
              new SkippedFile(
                  ModuleFileReader.path(folder, path), String.valueOf(refused.getMessage())));
        }
      }
      List<ModuleFile> files =
          byName.values().stream()
              .sorted(
                  Comparator.comparingInt(
                          (ModuleFile file) -> order.getOrDefault(file.path(), Integer.MAX_VALUE))
                      .thenComparing(ModuleFile::path))
              .toList();
      return new ModuleIndex(files, builtins(folder), List.copyOf(skipped));
    } catch (IOException failure) {
      throw new ModuleException(
          Reason.UNREADABLE, "cannot read %s: %s".formatted(folder, failure.getMessage()), failure);
    }
  }

  /**
   * Reads one module.
   *
   * @param file the file
   * @return the module; its path is the name of the file
   * @throws ModuleException UNREADABLE or COMPRESSION if the file cannot be read; NOT_A_MODULE,
   *     MALFORMED or UNSUPPORTED if it is no module that can be loaded
   */
  public static ModuleFile read(Path file) {
    Path whole = file.toAbsolutePath();
    return ModuleFileReader.read(whole.resolveSibling("."), whole);
  }

  private static Map<String, Integer> order(Path folder) throws IOException {
    Map<String, Integer> order = new HashMap<>();
    for (String line : lines(folder.resolve("modules.order"))) {
      order.put(line, order.size());
    }
    return order;
  }

  private static Builtins builtins(Path folder) throws IOException {
    Path info = folder.resolve("modules.builtin.modinfo");
    byte[] bytes = Files.exists(info) ? Files.readAllBytes(info) : new byte[0];
    return new Builtins(lines(folder.resolve("modules.builtin")), bytes);
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }
}
