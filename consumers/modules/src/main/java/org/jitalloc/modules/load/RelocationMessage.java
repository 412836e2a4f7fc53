package org.jitalloc.modules.load;

import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.ElfObject;

/**
 * Says which relocation failed, with names.
 *
 * @param object knows the names
 */
record RelocationMessage(ElfObject object) {

  /**
   * Makes the exception for people.
   *
   * @param failure what the codec says
   * @return the same with names
   */
  ModuleException explain(RelocationException failure) {
    return new ModuleException(
        Reason.RELOCATION,
        "%s: %s at %s+0x%x (0x%x) against %s%s: %s"
            .formatted(
                failure.problem(),
                failure.type(),
                object.sectionName(failure.section()),
                failure.offset(),
                failure.place(),
                symbol(failure.symbol()),
                addend(failure.addend()),
                failure.detail()),
        failure);
  }

  private String symbol(int symbol) {
    if (symbol < 0 || symbol >= object.symbolCount()) {
      return "symbol " + Integer.toUnsignedString(symbol);
    }
    String name = object.symbolName(symbol);
    if (!name.isEmpty()) {
      return name;
    }
    int section = object.symbolSection(symbol);
    return section > 0 && section < object.sectionCount()
        ? object.sectionName(section)
        : "symbol " + symbol;
  }

  private static String addend(long addend) {
    return addend == 0 ? "" : addend < 0 ? "-0x%x".formatted(-addend) : "+0x%x".formatted(addend);
  }
}
