package org.jitalloc.modules.layout;

import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.arch.elf.SlotTable;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;
import org.jspecify.annotations.Nullable;

/** Flags, sizes and alignments of sections, where tables of slots change them. */
final class Shapes {
  private final ElfObject object;
  private final SlotPlan plan;
  private final @Nullable SlotTable[] replaced;

  /**
   * Looks at all sections.
   *
   * @throws ModuleException WRITABLE_CODE or UNSUPPORTED
   */
  Shapes(ElfObject object, SlotPlan plan) {
    this.object = object;
    this.plan = plan;
    replaced = new @Nullable SlotTable[object.sectionCount()];
    for (SlotTable table : plan.tables()) {
      if (table.section() != SlotTable.NO_SECTION) {
        replaced[table.section()] = table;
      }
    }
    for (int i = 1; i < object.sectionCount(); i++) {
      check(i);
    }
  }

  private void check(int section) {
    long flags = flags(section);
    if ((flags & Elf.SHF_ALLOC) == 0) {
      return;
    }
    long both = Elf.SHF_WRITE | Elf.SHF_EXECINSTR;
    if ((flags & both) == both) {
      throw new ModuleException(
          Reason.WRITABLE_CODE,
          "section %s (index %d) has invalid WRITE|EXEC flags"
              .formatted(object.sectionName(section), section));
    }
    if ((flags & Elf.SHF_TLS) != 0) {
      throw new ModuleException(
          Reason.UNSUPPORTED,
          "%s is a variable of threads (__thread, thread_local), for which there is no place"
              .formatted(first(section)));
    }
    if ((flags & Elf.SHF_COMPRESSED) != 0) {
      throw new ModuleException(
          Reason.UNSUPPORTED,
          "section %s (index %d) is compressed: flags=0x%x"
              .formatted(object.sectionName(section), section, flags));
    }
  }

  /** The first name in a section that is none of a mark ({@code $d}), or the section's own. */
  private String first(int section) {
    for (int i = 1; i < object.symbolCount(); i++) {
      if (object.symbolSection(i) == section && object.symbolType(i) == Elf.STT_TLS) {
        String name = object.symbolName(i);
        if (!name.isEmpty() && name.charAt(0) != '$') {
          return name;
        }
      }
    }
    return "what is in section " + object.sectionName(section);
  }

  long flags(int section) {
    long flags = object.sectionFlags(section);
    return replaced[section] == null ? flags : flags | Elf.SHF_ALLOC | Elf.SHF_EXECINSTR;
  }

  long bytes(int section) {
    SlotTable table = replaced[section];
    return table == null ? object.sectionBytes(section) : table.bytes();
  }

  int alignBytes(int section) {
    SlotTable table = replaced[section];
    return table == null
        ? Math.max(object.sectionAlignBytes(section), plan.sectionAlignBytes(section))
        : table.alignBytes();
  }
}
