package org.jitalloc.modules.load;

import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.layout.MemoryLayout;

/**
 * The letters of nm, as {@code elf_type} of kernel/module/kallsyms.c gives them.
 *
 * @param object the object of the symbols
 * @param layout which section is in which memory
 */
record SymbolLetters(ElfObject object, MemoryLayout layout) {

  char letter(int symbol) {
    if (object.symbolBinding(symbol) == Elf.STB_WEAK) {
      return object.symbolType(symbol) == Elf.STT_OBJECT ? 'v' : 'w';
    }
    int section = object.symbolSection(symbol);
    if (section == Elf.SHN_UNDEF) {
      return 'U';
    }
    if (section == Elf.SHN_ABS || section == layout.perCpuSection()) {
      return 'a';
    }
    if (section >= object.sectionCount()) {
      return '?';
    }
    long flags = object.sectionFlags(section);
    if ((flags & Elf.SHF_EXECINSTR) != 0) {
      return 't';
    }
    if (object.sectionType(section) == Elf.SHT_NOBITS) {
      return 'b';
    }
    if ((flags & Elf.SHF_ALLOC) == 0) {
      return object.sectionName(section).startsWith(".debug") ? 'n' : '?';
    }
    return (flags & Elf.SHF_WRITE) == 0 ? 'r' : 'd';
  }
}
