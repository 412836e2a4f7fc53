package org.jitalloc.arch.x86.fixup;

import static org.jitalloc.arch.elf.CodeFixup.Kind.ALTERNATIVE;
import static org.jitalloc.arch.elf.CodeFixup.Kind.PARAVIRTUAL;

import org.jitalloc.arch.elf.CodeFixup;
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

    @Override
    boolean callsByTable(int flags) {
      return false;
    }
  },
  /**
   * Since then 16 bits of flags follow the feature. The lowest means "not". Since Linux 6.8 the
   * next one means that the original is an indirect call by a table: the kernel takes the target of
   * the call from the table, and the replacement in the file only gives its form.
   */
  WITH_FLAGS(14) {
    @Override
    int feature(int number, int flags) {
      return number;
    }

    @Override
    boolean inverted(int number, int flags) {
      return (flags & 1) != 0;
    }

    @Override
    boolean callsByTable(int flags) {
      return (flags & DIRECT_CALL) != 0;
    }
  };

  private static final int NOT = 1 << 15;

  /** {@code ALT_FLAG_DIRECT_CALL} of arch/x86/include/asm/alternative.h. */
  private static final int DIRECT_CALL = 1 << 1;

  private final int entryBytes;

  Alternatives(int entryBytes) {
    this.entryBytes = entryBytes;
  }

  abstract int feature(int number, int flags);

  abstract boolean inverted(int number, int flags);

  /** Whether the target of the call that is put there is in a table and not in the file. */
  abstract boolean callsByTable(int flags);

  @Override
  public int entryBytes() {
    return entryBytes;
  }

  @Override
  public CodeFixup entry(EntryTable table, int at) {
    int number = table.shortAt(at + 8) & 0xffff;
    int flags = table.shortAt(at + 10);
    long address = table.relative(at);
    int bytes = table.byteAt(at + entryBytes - 2);
    int feature = feature(number, flags);
    boolean inverted = inverted(number, flags);
    return callsByTable(flags)
        ? new CodeFixup(PARAVIRTUAL, address, bytes, feature, inverted, 0, 0)
        : new CodeFixup(
            ALTERNATIVE,
            address,
            bytes,
            feature,
            inverted,
            table.relative(at + 4),
            table.byteAt(at + entryBytes - 1));
  }
}
