package org.jitalloc.kmod.depmod;

import java.util.List;
import java.util.Set;
import org.jitalloc.modules.info.ModInfo;
import org.jitalloc.modules.info.ModuleName;

/**
 * A module in a folder, as far as others need to know.
 *
 * @param path from the folder, with {@code /}
 * @param info what it says of itself
 * @param exports the symbols it has for others
 * @param imports the symbols it needs of others, or of the kernel, each once, in the order of its
 *     table
 */
public record ModuleFile(String path, ModInfo info, Set<String> exports, List<String> imports) {

  /** Copies the collections. */
  public ModuleFile {
    exports = Set.copyOf(exports);
    imports = List.copyOf(imports);
  }

  /**
   * The name of the module.
   *
   * @return as its file says
   */
  public String name() {
    return ModuleName.ofFile(path);
  }
}
