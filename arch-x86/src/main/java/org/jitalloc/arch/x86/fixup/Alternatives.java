package org.jitalloc.arch.x86.fixup;

import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.support.fixup.AlternativeTable;
import org.jitalloc.arch.support.fixup.EntryTable;

/**
 * Formats of {@code struct alt_instr}, packed (arch/x86/include/asm/alternative.h): the distances
 * of the instructions and of their replacement, the feature, two lengths.
 */
enum Alternatives implements AlternativeTable.Format {
  /** Until Linux 6.2: the highest bit of the feature means "not". */
  SHORT_FEATURE(12) {
    @Override
    int feature(int number, int flags) {
      return number & ~NOT;
    }

    @Override
    boolean inverted(int number, int flags) {
      return (number & NOT) != 0;
    }
  },
  /** Since then 16 bits of flags follow the feature; the lowest means "not". */
  WITH_FLAGS(14) {
    @Override
    int feature(int number, int flags) {
      return number;
    }

    @Override
    boolean inverted(int number, int flags) {
      return (flags & 1) != 0;
    }
  };

  private static final int NOT = 1 << 15;

  private final int entryBytes;

  Alternatives(int entryBytes) {
    this.entryBytes = entryBytes;
  }

  abstract int feature(int number, int flags);

  abstract boolean inverted(int number, int flags);

  @Override
  public int entryBytes() {
    return entryBytes;
  }

  @Override
  public CodeFixup entry(EntryTable table, int at) {
    int number = table.shortAt(at + 8) & 0xffff;
    int flags = table.shortAt(at + 10);
    return new CodeFixup(
        Kind.ALTERNATIVE,
        table.relative(at),
        table.byteAt(at + entryBytes - 2),
        feature(number, flags),
        inverted(number, flags),
        table.relative(at + 4),
        table.byteAt(at + entryBytes - 1));
  }
}
