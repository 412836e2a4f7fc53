package org.jitalloc.arch.x86.fixup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.arch.elf.CodePatch;
import org.jitalloc.arch.elf.CodePlan;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.x86.X86Tools;

/** A module whose sections are parts of one assembled text. */
final class FakeModule implements RelocatableObject, PlacedObject {
  static final long BASE = 0xffff_ffff_c010_0000L;

  private record Section(String name, boolean code, int start, int length) {}

  private final byte[] bytes;
  private final List<Section> sections = new ArrayList<>(List.of(new Section("", false, 0, 0)));
  private final List<String> symbols = new ArrayList<>(List.of(""));
  private final List<Long> addresses = new ArrayList<>(List.of(0L));
  private final List<long[]> relocations = new ArrayList<>();

  private int relocated = 1;

  FakeModule(String assembly) {
    bytes = assemble(assembly);
  }

  static byte[] assemble(String assembly) {
    return X86Tools.GNU.assemble(".att_syntax prefix\n" + assembly);
  }

  byte[] bytes(int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  /** The first bytes as a plan makes them. */
  byte[] patched(CodePlan plan, int length) {
    byte[] code = bytes(0, length);
    for (CodePatch patch : plan.patches()) {
      int at = (int) (patch.place().address() - BASE);
      System.arraycopy(patch.code(), 0, code, at, patch.code().length);
    }
    return code;
  }

  FakeModule code(String name, int start, int length) {
    sections.add(new Section(name, true, start, length));
    return this;
  }

  FakeModule table(String name, int start, int length) {
    sections.add(new Section(name, false, start, length));
    return this;
  }

  /** Says that a symbol is at an offset; at 0 it is nowhere. */
  FakeModule symbol(String name, int offset) {
    symbols.add(name);
    addresses.add(offset == 0 ? 0 : BASE + offset);
    return this;
  }

  /** Changes a byte. */
  FakeModule set(int at, int value) {
    bytes[at] = (byte) value;
    return this;
  }

  /** Says that the bytes at an offset in the first section are relocated for a symbol. */
  FakeModule relocation(int offset, String symbol) {
    return relocation(1, offset, symbol);
  }

  /** Says that the bytes at an offset in a section, the only one with such, are relocated. */
  FakeModule relocation(int section, int offset, String symbol) {
    relocated = section;
    symbol(symbol, 0);
    relocations.add(new long[] {offset, symbols.size() - 1});
    return this;
  }

  @Override
  public int sectionCount() {
    return sections.size();
  }

  @Override
  public String sectionName(int section) {
    return sections.get(section).name;
  }

  @Override
  public boolean isCode(int section) {
    return sections.get(section).code;
  }

  @Override
  public boolean isInit(int section) {
    return false;
  }

  @Override
  public int symbolCount() {
    return symbols.size();
  }

  @Override
  public int symbolSection(int symbol) {
    return 0;
  }

  @Override
  public String symbolName(int symbol) {
    return symbols.get(symbol);
  }

  @Override
  public int relocationTableCount() {
    return relocations.isEmpty() ? 0 : 1;
  }

  @Override
  public int relocatedSection(int table) {
    return relocated;
  }

  @Override
  public ByteBuffer relocations(int table) {
    ByteBuffer entries =
        ByteBuffer.allocate(24 * relocations.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (long[] relocation : relocations) {
      entries.putLong(relocation[0]).putLong(relocation[1] << 32 | 4).putLong(-4);
    }
    return entries.flip();
  }

  @Override
  public byte[] bytes(int part) {
    return bytes;
  }

  @Override
  public int offset(int part) {
    return sections.get(part).start;
  }

  @Override
  public int length(int part) {
    return sections.get(part).length;
  }

  @Override
  public long address(int part) {
    return BASE + sections.get(part).start;
  }

  @Override
  public long[] symbolAddresses() {
    return addresses.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public boolean hasAddress(int symbol) {
    return false;
  }
}
