package org.jitalloc.modules.load;

import org.jitalloc.ModMemType;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.layout.MemoryLayout;
import org.jitalloc.modules.symbols.SymbolTable;

/**
 * Which symbols of an object are kept that is no kernel module and so has no room for them in its
 * memory: those with names, in memory that stays.
 *
 * @param object the object
 * @param layout which section is in which memory
 * @param keepInit whether init memory stays, too
 */
public record KeptSymbols(ElfObject object, MemoryLayout layout, boolean keepInit) {

  /**
   * Copies them.
   *
   * @param addresses the address of each symbol of the object
   * @return those that are kept
   */
  public SymbolTable copy(long[] addresses) {
    byte[] names = object.array();
    var letters = new SymbolLetters(object, layout);
    var builder = new SymbolTable.Builder(count());
    for (int i = 1; i < object.symbolCount(); i++) {
      if (isKept(i)) {
        int bytes = object.symbolNameBytes(i);
        if (bytes > 0) {
          int start = object.symbolNameStart(i);
          boolean isCode = isCode(i) && !isMark(names, start, bytes);
          builder.add(names, start, bytes, addresses[i], letters.letter(i), isCode);
        }
      }
    }
    return builder.build();
  }

  private int count() {
    int count = 0;
    for (int i = 1; i < object.symbolCount(); i++) {
      count += isKept(i) ? 1 : 0;
    }
    return count;
  }

  private boolean isKept(int symbol) {
    int section = object.symbolSection(symbol);
    if (section == Elf.SHN_UNDEF || section >= Elf.SHN_LORESERVE) {
      return section == Elf.SHN_ABS;
    }
    ModMemType type = layout.type(section);
    return type == null ? section == layout.perCpuSection() : keepInit || !type.isInit();
  }

  private boolean isCode(int symbol) {
    int section = object.symbolSection(symbol);
    return section < Elf.SHN_LORESERVE
        && layout.type(section) instanceof ModMemType type
        && type.isText()
        && Long.compareUnsigned(object.symbolValue(symbol), object.sectionBytes(section)) <= 0;
  }

  /** Whether a name is none of a function: of what compilers mark, such as where data begin. */
  static boolean isMark(byte[] names, int start, int bytes) {
    byte first = names[start];
    byte second = bytes > 1 ? names[start + 1] : 0;
    return first == '$' || first == '.' && second == 'L' || first == 'L' && second == '0';
  }
}
