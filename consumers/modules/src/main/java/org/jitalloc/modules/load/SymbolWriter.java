package org.jitalloc.modules.load;

import java.nio.ByteBuffer;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.layout.MemoryLayout;
import org.jitalloc.modules.layout.SymbolRoom;
import org.jitalloc.modules.layout.SymbolRoom.Tables;

/**
 * Writes the symbols of a kernel module to where they are kept. After they are resolved.
 *
 * @param object the module
 * @param layout where everything is
 * @param staging the bytes
 */
record SymbolWriter(ElfObject object, MemoryLayout layout, Staging staging) {
  /** Offsets in an entry. */
  static final int SECTION = 6;

  static final int VALUE = 8;

  void write() {
    SymbolRoom room = layout.symbolRoom();
    if (room != null) {
      writeWhole(room.whole());
      writeCore(room.core());
    }
  }

  private void writeWhole(Tables tables) {
    byte[] image = staging.image(tables.memory());
    ByteBuffer entries = ByteBuffer.wrap(image).order(object.byteOrder());
    long[] addresses = staging.symbolAddresses();
    var letters = new SymbolLetters(object, layout);
    object.copySymbols(0, tables.count(), image, tables.entries());
    object.copySymbolNames(image, tables.names());
    for (int i = 1; i < tables.count(); i++) {
      if (staging.hasAddress(i)) {
        entries.putLong(tables.entries() + i * Elf.SYMBOL_BYTES + VALUE, addresses[i]);
      }
      image[tables.letters() + i] = (byte) letters.letter(i);
    }
  }

  private void writeCore(Tables tables) {
    byte[] names = object.array();
    byte[] image = staging.image(tables.memory());
    ByteBuffer entries = ByteBuffer.wrap(image).order(object.byteOrder());
    long[] addresses = staging.symbolAddresses();
    var letters = new SymbolLetters(object, layout);
    int entry = tables.entries() + Elf.SYMBOL_BYTES;
    int letter = tables.letters() + 1;
    int name = 1;
    for (int i = 1; i < object.symbolCount(); i++) {
      if (layout.keepsSymbol(i)) {
        int bytes = object.symbolNameBytes(i);
        object.copySymbols(i, 1, image, entry);
        entries.putInt(entry, name);
        entries.putLong(entry + VALUE, addresses[i]);
        System.arraycopy(names, object.symbolNameStart(i), image, tables.names() + name, bytes);
        image[letter] = (byte) letters.letter(i);
        entry += Elf.SYMBOL_BYTES;
        letter++;
        name += bytes + 1;
      }
    }
  }
}
