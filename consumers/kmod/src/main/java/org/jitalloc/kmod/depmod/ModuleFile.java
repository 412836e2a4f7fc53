package org.jitalloc.kmod.depmod;

import java.util.List;
import java.util.Set;
import org.jitalloc.modules.info.ModInfo;
import org.jitalloc.modules.info.ModuleName;

/**
 * A module in a folder.
 *
 * @param path its path from the folder, with {@code /}
 * @param info its module information
 * @param exports the symbols that it exports
 * @param imports the symbols that it needs from other modules or the kernel, each once, in the
 *     order of its symbol table
 */
public record ModuleFile(String path, ModInfo info, Set<String> exports, List<String> imports) {

  /** Copies the collections. */
  public ModuleFile {
    exports = Set.copyOf(exports);
    imports = List.copyOf(imports);
  }

  /**
   * Returns the name of the module.
   *
   * @return the name, which is that of its file
   */
  public String name() {
    return ModuleName.ofFile(path);
  }
}
