package org.jitalloc.support.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds ELF files for tests: sections, and segments that have the offset and size of a section.
 */
final class ElfFiles {
  static final int HEADER_BYTES = 64;
  static final int SEGMENT_BYTES = 56;

  private final boolean is64;
  private final ByteOrder order;
  private final int type;
  private final List<Section> sections = new ArrayList<>();
  private final List<Segment> segments = new ArrayList<>();

  record Section(String name, int type, int link, int entryBytes, byte[] content) {}

  record Segment(int type, int section) {}

  ElfFiles(boolean is64, ByteOrder order, int type) {
    this.is64 = is64;
    this.order = order;
    this.type = type;
    section("", 0, 0, 0);
  }

  /** {@return the index of the section} */
  int section(String name, int sectionType, int link, int entryBytes, byte... content) {
    sections.add(new Section(name, sectionType, link, entryBytes, content));
    return sections.size() - 1;
  }

  void segment(int segmentType, int section) {
    segments.add(new Segment(segmentType, section));
  }

  /** {@return numbers of 32 or 64 bits, by the class of the file} */
  byte[] words(long... words) {
    ByteBuffer bytes = ByteBuffer.allocate(words.length * (is64 ? 8 : 4)).order(order);
    for (long word : words) {
      putWord(bytes, word);
    }
    return bytes.array();
  }

  /** {@return a symbol with st_info = STB_GLOBAL, STT_FUNC} */
  byte[] function(int name, int section, long value, long size) {
    ByteBuffer bytes = ByteBuffer.allocate(is64 ? 24 : 16).order(order).putInt(name);
    if (is64) {
      bytes.put((byte) 0x12).put((byte) 0).putShort((short) section).putLong(value).putLong(size);
    } else {
      bytes.putInt((int) value).putInt((int) size);
      bytes.put((byte) 0x12).put((byte) 0).putShort((short) section);
    }
    return bytes.array();
  }

  byte[] note(String owner, int noteType, byte... description) {
    byte[] name = (owner + "\0").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(12 + name.length + description.length)
        .order(order)
        .putInt(name.length)
        .putInt(description.length)
        .putInt(noteType)
        .put(name)
        .put(description)
        .array();
  }

  static byte[] join(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(List.of(parts).stream().mapToInt(p -> p.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  static byte[] strings(String... strings) {
    return ("\0" + String.join("\0", strings) + "\0").getBytes(StandardCharsets.UTF_8);
  }

  private void putWord(ByteBuffer to, long word) {
    if (is64) {
      to.putLong(word);
    } else {
      to.putInt((int) word);
    }
  }

  /** {@return the file: header, segments, section headers, contents} */
  ByteBuffer build() {
    var names = new StringBuilder();
    var nameOffsets = new int[sections.size() + 1];
    for (int i = 0; i < sections.size(); i++) {
      nameOffsets[i] = names.length();
      names.append(sections.get(i).name()).append('\0');
    }
    nameOffsets[sections.size()] = 0;
    var all = new ArrayList<>(sections);
    all.add(new Section("", 3, 0, 0, names.toString().getBytes(StandardCharsets.UTF_8)));

    int headerBytes = is64 ? HEADER_BYTES : 52;
    int segmentBytes = is64 ? SEGMENT_BYTES : 32;
    int sectionBytes = is64 ? 64 : 40;
    int sectionTable = headerBytes + segments.size() * segmentBytes;
    int at = sectionTable + all.size() * sectionBytes;
    var offsets = new int[all.size()];
    for (int i = 0; i < all.size(); i++) {
      at = at + 7 & -8;
      offsets[i] = at;
      at += all.get(i).content().length;
    }
    ByteBuffer file = ByteBuffer.allocate(at).order(ByteOrder.BIG_ENDIAN);
    file.putInt(0x7f454c46).put((byte) (is64 ? 2 : 1));
    file.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2)).put((byte) 1).position(16);
    file.order(order).putShort((short) type).putShort((short) 62).putInt(1);
    putWord(file, 0x1000);
    putWord(file, headerBytes);
    putWord(file, sectionTable);
    file.putInt(0).putShort((short) headerBytes).putShort((short) segmentBytes);
    file.putShort((short) segments.size()).putShort((short) sectionBytes);
    file.putShort((short) all.size()).putShort((short) (all.size() - 1));
    for (Segment segment : segments) {
      file.putInt(segment.type());
      if (is64) {
        file.putInt(4);
      }
      putWord(file, offsets[segment.section()]);
      putWord(file, 0);
      putWord(file, 0);
      putWord(file, all.get(segment.section()).content().length);
      putWord(file, all.get(segment.section()).content().length);
      if (!is64) {
        file.putInt(4);
      }
      putWord(file, 4);
    }
    for (int i = 0; i < all.size(); i++) {
      Section section = all.get(i);
      file.putInt(nameOffsets[i]).putInt(section.type());
      putWord(file, 0);
      putWord(file, 0);
      putWord(file, offsets[i]);
      putWord(file, section.content().length);
      file.putInt(section.link()).putInt(0);
      putWord(file, 4);
      putWord(file, section.entryBytes());
    }
    for (int i = 0; i < all.size(); i++) {
      file.put(offsets[i], all.get(i).content());
    }
    return file.rewind();
  }
}
