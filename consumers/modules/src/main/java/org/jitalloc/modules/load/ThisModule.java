package org.jitalloc.modules.load;

import java.util.HashSet;
import java.util.Set;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.elf.RelocationEntries;

/** The {@code struct module} that kernel modules bring along, and other objects do not. */
public final class ThisModule {
  /** The section that it is in. */
  public static final String SECTION = ".gnu.linkonce.this_module";

  private ThisModule() {}

  static boolean isIn(ElfObject object) {
    return object.findSection(SECTION) >= 0;
  }

  /** The functions that it is relocated to point to. */
  static Set<String> functions(ElfObject object) {
    Set<String> names = new HashSet<>();
    for (RelocationEntries entries : object.relocationsOf(object.findSection(SECTION))) {
      for (int i = 0; i < entries.count(); i++) {
        int symbol = entries.symbol(i);
        if (symbol >= 0 && symbol < object.symbolCount()) {
          names.add(object.symbolName(symbol));
        }
      }
    }
    return names;
  }
}
