package org.jitalloc.bench.modules;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A copy of a module for a linker that links many: the symbols of the module become local, so that
 * they do not clash, and each section that is loaded gets a global symbol with a unique name.
 *
 * <p>Because of these symbols the peer links the whole module, as a kernel does. It drops sections
 * that are not reachable from global symbols, such as tables of unwinding, call sites and
 * alternatives, which have about half of the relocations.
 */
final class PeerModule {
  private static final int SECTION_BYTES = 64;
  private static final int SYMBOL_BYTES = 24;
  private static final int SHT_SYMTAB = 2;
  private static final long SHF_ALLOC = 2;
  private static final int GLOBAL = 0x10;

  private final ByteBuffer file;
  private final int headers;
  private final int sections;
  private final ByteArrayOutputStream added = new ByteArrayOutputStream();

  /**
   * Creates a copy.
   *
   * @param bytes the file, 64-bit and little-endian
   */
  PeerModule(byte[] bytes) {
    file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    headers = (int) file.getLong(40);
    sections = Short.toUnsignedInt(file.getShort(60));
  }

  /** The bytes of a copy, and its global symbols. */
  record Copy(byte[] bytes, List<String> names) {}

  /**
   * Copies the module.
   *
   * @param prefix the prefix of all names
   * @return the copy; without names if the module has no symbols
   */
  Copy copy(String prefix) {
    for (int section = 0; section < sections; section++) {
      if (file.getInt(header(section) + 4) == SHT_SYMTAB) {
        return copy(prefix, section);
      }
    }
    return new Copy(file.array(), List.of());
  }

  private Copy copy(String prefix, int table) {
    int strings = file.getInt(header(table) + 40);
    byte[] symbols = content(table);
    byte[] text = content(strings);
    makeLocal(ByteBuffer.wrap(symbols).order(ByteOrder.LITTLE_ENDIAN));
    var names = new ArrayList<String>();
    var moreSymbols = new ByteArrayOutputStream();
    var moreText = new ByteArrayOutputStream();
    for (int section = 1; section < sections; section++) {
      if (isLoaded(section)) {
        String name = prefix + section;
        moreSymbols.writeBytes(symbol(text.length + moreText.size(), section));
        moreText.writeBytes((name + "\0").getBytes(StandardCharsets.US_ASCII));
        names.add(name);
      }
    }
    replace(table, symbols, moreSymbols.toByteArray());
    replace(strings, text, moreText.toByteArray());
    ByteBuffer all = ByteBuffer.allocate(file.limit() + added.size());
    return new Copy(all.put(file.array()).put(added.toByteArray()).array(), names);
  }

  private int header(int section) {
    return headers + section * SECTION_BYTES;
  }

  private byte[] content(int section) {
    var bytes = new byte[(int) file.getLong(header(section) + 32)];
    file.get((int) file.getLong(header(section) + 24), bytes);
    return bytes;
  }

  private boolean isLoaded(int section) {
    return (file.getLong(header(section) + 8) & SHF_ALLOC) != 0
        && file.getLong(header(section) + 32) > 0;
  }

  private static void makeLocal(ByteBuffer symbols) {
    for (int at = 0; at < symbols.limit(); at += SYMBOL_BYTES) {
      if (symbols.getShort(at + 6) != 0) {
        symbols.put(at + 4, (byte) (symbols.get(at + 4) & 0xf));
      }
    }
  }

  private static byte[] symbol(int name, int section) {
    return ByteBuffer.allocate(SYMBOL_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(name)
        .put((byte) GLOBAL)
        .put((byte) 0)
        .putShort((short) section)
        .array();
  }

  /** Appends the new content of a section to the file. */
  private void replace(int section, byte[] first, byte[] then) {
    added.writeBytes(new byte[-(file.limit() + added.size()) & 7]);
    file.putLong(header(section) + 24, file.limit() + added.size());
    file.putLong(header(section) + 32, first.length + then.length);
    added.writeBytes(first);
    added.writeBytes(then);
  }
}
