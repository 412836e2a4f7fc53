package org.jitalloc.modules.load;

import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Supplier;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitMemory;
import org.jitalloc.modules.ModuleSection;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.layout.SymbolRoom.Tables;
import org.jitalloc.modules.symbols.SymbolTable;
import org.jspecify.annotations.Nullable;

/**
 * The symbols of a kernel module, read from its memory at the first request and kept for as long as
 * there is room: few are ever asked for theirs, and a distribution has a million symbols. For any
 * thread; two that ask at once may both read.
 */
final class StoredSymbols implements Supplier<SymbolTable> {
  private final JitMemory memory;
  private final Tables tables;
  private final ByteOrder order;
  private final List<ModuleSection> sections;
  private volatile SoftReference<SymbolTable> read = new SoftReference<>(null);

  /**
   * Says where they are.
   *
   * @param memory the memory that has them
   * @param tables where in it
   * @param order the order of bytes
   * @param sections the sections of the module that are in memory
   */
  StoredSymbols(JitMemory memory, Tables tables, ByteOrder order, List<ModuleSection> sections) {
    this.memory = memory;
    this.tables = tables;
    this.order = order;
    this.sections = sections;
  }

  /** {@return the symbols; none if they are not known and the module's memory is freed} */
  @Override
  public SymbolTable get() {
    SymbolTable known = read.get();
    if (known == null) {
      known = read();
      read = new SoftReference<>(known);
    }
    return known;
  }

  private SymbolTable read() {
    int start = tables.entries();
    byte[] bytes;
    try {
      bytes = memory.read(start, tables.letters() + tables.count() - start);
    } catch (JitAllocException _) {
      return SymbolTable.EMPTY;
    }
    ByteBuffer entries = ByteBuffer.wrap(bytes).order(order);
    @Nullable ModuleSection[] byIndex = byIndex();
    int names = tables.names() - start;
    var builder = new SymbolTable.Builder(tables.count());
    for (int i = 1; i < tables.count(); i++) {
      int entry = i * Elf.SYMBOL_BYTES;
      int index = entries.getShort(entry + SymbolWriter.SECTION) & 0xffff;
      ModuleSection section = index < byIndex.length ? byIndex[index] : null;
      int name = names + entries.getInt(entry);
      int length = length(bytes, name);
      if (section != null && length > 0) {
        long address = entries.getLong(entry + SymbolWriter.VALUE);
        char letter = (char) bytes[tables.letters() - start + i];
        boolean isCode = isCode(section, address) && !KeptSymbols.isMark(bytes, name, length);
        builder.add(bytes, name, length, address, letter, isCode);
      }
    }
    return builder.build();
  }

  private @Nullable ModuleSection[] byIndex() {
    int most = sections.isEmpty() ? 0 : sections.getLast().index();
    @Nullable ModuleSection[] byIndex = new @Nullable ModuleSection[most + 1];
    sections.forEach(section -> byIndex[section.index()] = section);
    return byIndex;
  }

  private static int length(byte[] bytes, int from) {
    int end = from;
    while (bytes[end] != 0) {
      end++;
    }
    return end - from;
  }

  private static boolean isCode(ModuleSection section, long address) {
    return section.type() != null
        && section.type().isText()
        && Long.compareUnsigned(address - section.address(), section.bytes()) <= 0;
  }
}
