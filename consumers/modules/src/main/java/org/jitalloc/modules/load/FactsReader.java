package org.jitalloc.modules.load;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jitalloc.modules.ModuleFacts;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.info.ModInfo;

/**
 * Reads what is kept of what a module says of itself.
 *
 * @param candidate the module
 */
record FactsReader(Candidate candidate) {
  private static final int INFO_OFFSET = 8;
  private static final int RELOCATION_BYTES = 24;

  ModuleFacts read() {
    ElfObject object = candidate.object();
    if (!candidate.kernelModule()) {
      return new ModuleFacts("", "", false);
    }
    ModInfo info = candidate.info();
    Set<String> entries = entryPoints(object);
    return new ModuleFacts(
        info.first("version").orElse(""),
        info.first("srcversion").orElse(""),
        entries.contains("init_module") && !entries.contains("cleanup_module"));
  }

  /** The functions that {@code struct module} is relocated to point to. */
  private static Set<String> entryPoints(ElfObject object) {
    Set<String> names = new HashSet<>();
    int section = object.findSection(".gnu.linkonce.this_module");
    for (int i = 0; i < object.relocationTableCount(); i++) {
      if (object.relocatedSection(i) == section) {
        ByteBuffer table = object.relocations(i);
        for (int at = 0; at < table.limit(); at += RELOCATION_BYTES) {
          int symbol = symbol(table, at);
          if (symbol >= 0 && symbol < object.symbolCount()) {
            names.add(object.symbolName(symbol));
          }
        }
      }
    }
    return names;
  }

  private static int symbol(ByteBuffer table, int at) {
    return (int) (table.getLong(at + INFO_OFFSET) >>> Integer.SIZE);
  }
}
