package org.jitalloc.arch.x86.decode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The bytes of an ELF file's sections by name, to have them without objdump. */
final class ElfSections {
  private static final int HEADER_OFFSET = 0x28;
  private static final int HEADER_BYTES = 64;
  private static final int NO_BITS = 8;

  private ElfSections() {}

  /**
   * A section.
   *
   * @param address where its first byte belongs
   * @param bytes what it holds
   */
  record Section(long address, byte[] bytes) {}

  /** All sections that hold bytes; of equal names the first. */
  static Map<String, Section> of(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    var elf = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    int table = (int) elf.getLong(HEADER_OFFSET);
    int count = elf.getShort(0x3c) & 0xffff;
    int names = offset(elf, table + (elf.getShort(0x3e) & 0xffff) * HEADER_BYTES);
    var sections = new HashMap<String, Section>();
    for (int i = 1; i < count; i++) {
      int header = table + i * HEADER_BYTES;
      if (elf.getInt(header + 4) == NO_BITS) {
        continue;
      }
      int from = names + elf.getInt(header);
      int to = from;
      while (all[to] != 0) {
        to++;
      }
      var name = new String(all, from, to - from, StandardCharsets.ISO_8859_1);
      var bytes = new byte[(int) elf.getLong(header + 0x20)];
      elf.get(offset(elf, header), bytes);
      sections.putIfAbsent(name, new Section(elf.getLong(header + 0x10), bytes));
    }
    return sections;
  }

  private static int offset(ByteBuffer elf, int header) {
    return (int) elf.getLong(header + 0x18);
  }
}
