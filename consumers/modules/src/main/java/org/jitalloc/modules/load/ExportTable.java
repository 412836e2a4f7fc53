package org.jitalloc.modules.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.RelocationType;
import org.jitalloc.modules.Export;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.elf.RelocationEntries;

/**
 * What a module offers, read out of its relocated tables ({@code struct kernel_symbol}): value,
 * name and namespace, each as an address, or as the distance to one on architectures that can
 * relocate so.
 */
final class ExportTable {
  private static final String STRINGS = "__ksymtab_strings";
  private static final int CRC_BYTES = 4;

  /** Room in the kernel is 512, with the zero at the end. */
  private static final int MOST_NAME_BYTES = 511;

  private final ElfObject object;
  private final Staging staging;
  private final ElfCodec codec;
  private final String module;
  private final int strings;

  ExportTable(LoadInfo candidate, Staging staging, ElfCodec codec) {
    this.object = candidate.object();
    this.staging = staging;
    this.codec = codec;
    this.module = candidate.name();
    strings = object.findSection(STRINGS);
  }

  List<Export> read() {
    var exports = new ArrayList<Export>();
    readTable("__ksymtab", "__kcrctab", false, exports);
    readTable("__ksymtab_gpl", "__kcrctab_gpl", true, exports);
    return exports;
  }

  private void readTable(String name, String checksums, boolean gplOnly, List<Export> exports) {
    int section = object.findSection(name);
    if (section < 0 || !staging.isLoaded(section) || staging.length(section) == 0) {
      return;
    }
    int width = fieldBytes(section);
    int length = staging.length(section);
    if (length % (3 * width) != 0) {
      throw malformed("%s has %d bytes, not whole entries of %d", name, length, 3 * width);
    }
    ByteBuffer table =
        ByteBuffer.wrap(staging.bytes(section), staging.offset(section), length)
            .slice()
            .order(codec.byteOrder());
    ByteBuffer crcs = checksums(checksums, length / (3 * width));
    for (int at = 0; at < length; at += 3 * width) {
      OptionalLong crc =
          crcs.hasRemaining()
              ? OptionalLong.of(Integer.toUnsignedLong(crcs.getInt()))
              : OptionalLong.empty();
      long value = pointer(table, section, at, width);
      String symbol = string(pointer(table, section, at + width, width));
      int namespaceAt = at + 2 * width;
      String namespace =
          isZero(table, namespaceAt, width)
              ? ""
              : string(pointer(table, section, namespaceAt, width));
      exports.add(new Export(symbol, value, gplOnly, namespace, module, crc));
    }
  }

  /** One for each symbol, in the same order; none if the module was made without. */
  private ByteBuffer checksums(String name, int symbols) {
    int section = object.findSection(name);
    if (section < 0 || !staging.isLoaded(section) || staging.length(section) == 0) {
      return ByteBuffer.allocate(0);
    }
    int length = staging.length(section);
    if (length != symbols * CRC_BYTES) {
      throw malformed("%s has %d bytes for %d symbols of 4", name, length, symbols);
    }
    return ByteBuffer.wrap(staging.bytes(section), staging.offset(section), length)
        .slice()
        .order(codec.byteOrder());
  }

  /** How wide the fields are: the relocations know. */
  private int fieldBytes(int section) {
    for (RelocationEntries entries : object.relocationsOf(section)) {
      if (entries.count() > 0) {
        int width = codec.relocationType(entries.type(0)).map(RelocationType::fieldBytes).orElse(0);
        if (width == 4 || width == 8) {
          return width;
        }
      }
    }
    throw malformed("%s has no relocations", object.sectionName(section));
  }

  private static boolean isZero(ByteBuffer table, int at, int width) {
    return width == 8 ? table.getLong(at) == 0 : table.getInt(at) == 0;
  }

  private long pointer(ByteBuffer table, int section, int at, int width) {
    return width == 8 ? table.getLong(at) : staging.address(section) + at + table.getInt(at);
  }

  private String string(long address) {
    long offset = strings < 0 ? -1 : address - staging.address(strings);
    if (offset < 0 || offset >= staging.length(strings)) {
      throw malformed("a name of an export, at 0x%x, is not in %s", address, STRINGS);
    }
    byte[] bytes = staging.bytes(strings);
    int from = staging.offset(strings) + (int) offset;
    int left = staging.length(strings) - (int) offset;
    int limit = from + Math.min(left, MOST_NAME_BYTES + 1);
    int end = from;
    while (end < limit && bytes[end] != 0) {
      end++;
    }
    if (end == limit) {
      throw malformed(
          "a name of an export, at 0x%x, does not end within %d bytes", address, limit - from);
    }
    return new String(bytes, from, end - from, StandardCharsets.UTF_8);
  }

  private ModuleException malformed(String problem, Object... values) {
    return new ModuleException(
        Reason.MALFORMED, "%s: %s".formatted(module, problem.formatted(values)));
  }
}
