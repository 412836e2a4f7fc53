package org.jitalloc.modules.load;

import java.util.Set;
import org.jitalloc.modules.ModuleFacts;
import org.jitalloc.modules.info.ModInfo;

/**
 * Reads what is kept of what a module says of itself.
 *
 * @param candidate the module
 */
record FactsReader(LoadInfo candidate) {

  ModuleFacts read() {
    if (!candidate.kernelModule()) {
      return new ModuleFacts("", "", false);
    }
    ModInfo info = candidate.info();
    Set<String> functions = ThisModule.functions(candidate.object());
    return new ModuleFacts(
        info.first("version").orElse(""),
        info.first("srcversion").orElse(""),
        functions.contains(EntryPoints.INIT) && !functions.contains(EntryPoints.EXIT));
  }
}
