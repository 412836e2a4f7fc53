package org.jitalloc.modules.code;

import java.nio.ByteBuffer;
import java.util.List;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.modules.ModuleSection;
import org.jspecify.annotations.Nullable;

/**
 * A module as it is in memory, without its file: sections by name, and copies of what they hold. It
 * has no symbols and no relocations, for all that is over.
 */
final class StoredObject implements RelocatableObject, PlacedObject {
  private static final byte[] NOTHING = {};

  private final @Nullable ModuleSection[] sections;
  private final List<JitMemory> memories;

  StoredObject(List<ModuleSection> sections, List<JitMemory> memories) {
    this.memories = memories;
    this.sections =
        new @Nullable ModuleSection[sections.isEmpty() ? 1 : sections.getLast().index() + 1];
    sections.forEach(section -> this.sections[section.index()] = section);
  }

  private @Nullable JitMemory memory(int part) {
    ModuleSection section = sections[part];
    if (section != null) {
      for (JitMemory memory : memories) {
        if (memory.type() == section.type()) {
          return memory;
        }
      }
    }
    return null;
  }

  @Override
  public int sectionCount() {
    return sections.length;
  }

  @Override
  public String sectionName(int section) {
    ModuleSection there = sections[section];
    return there == null ? "" : there.name();
  }

  @Override
  public byte[] bytes(int part) {
    ModuleSection section = sections[part];
    JitMemory memory = memory(part);
    return section == null || memory == null
        ? NOTHING
        : memory.read(section.address() - memory.address(), section.bytes());
  }

  @Override
  public int offset(int part) {
    return 0;
  }

  @Override
  public int length(int part) {
    ModuleSection section = sections[part];
    return section == null || memory(part) == null ? 0 : section.bytes();
  }

  @Override
  public long address(int part) {
    ModuleSection section = sections[part];
    return section == null ? 0 : section.address();
  }

  @Override
  public boolean isCode(int section) {
    ModuleSection there = sections[section];
    return there != null && there.type() != null && there.type().isText();
  }

  @Override
  public boolean isInit(int section) {
    ModuleSection there = sections[section];
    return there != null && there.type() != null && there.type().isInit();
  }

  @Override
  public long[] symbolAddresses() {
    return new long[0];
  }

  @Override
  public boolean hasAddress(int symbol) {
    return false;
  }

  @Override
  public int symbolCount() {
    return 0;
  }

  @Override
  public int symbolSection(int symbol) {
    throw new IndexOutOfBoundsException(symbol);
  }

  @Override
  public String symbolName(int symbol) {
    throw new IndexOutOfBoundsException(symbol);
  }

  @Override
  public int relocationTableCount() {
    return 0;
  }

  @Override
  public int relocatedSection(int table) {
    throw new IndexOutOfBoundsException(table);
  }

  @Override
  public ByteBuffer relocations(int table) {
    throw new IndexOutOfBoundsException(table);
  }
}
