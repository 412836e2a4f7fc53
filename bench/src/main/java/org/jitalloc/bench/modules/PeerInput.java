package org.jitalloc.bench.modules;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies of modules that the peer can link in one process, where two of them must not define the
 * same symbol: what a module defines is made local, except {@code __this_module}, which gets a name
 * of its own. An object beside them uses all of these names, for the peer links only what is used.
 */
final class PeerInput {
  private static final String THIS_MODULE = "__this_module";
  private static final int SECTION_BYTES = 64;
  private static final int SYMBOL_BYTES = 24;
  private static final int SHT_SYMTAB = 2;

  private final Path folder;

  PeerInput(Path folder) {
    this.folder = folder;
  }

  /** What has to be linked to have everything linked. */
  static final String ENTRY = "uses_all";

  /** Makes the copies; the first is the object that uses all others. */
  List<Path> prepare(List<Path> modules) throws IOException {
    var copies = new ArrayList<Path>();
    var source = new StringBuilder(".data\n.globl " + ENTRY + "\n" + ENTRY + ":\n");
    for (int i = 0; i < modules.size(); i++) {
      // As long as the name that it replaces.
      String name = "m_%011d".formatted(i);
      byte[] bytes = Files.readAllBytes(modules.get(i));
      if (rename(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), name)) {
        copies.add(Files.write(folder.resolve(name + ".ko"), bytes));
        source.append(".quad ").append(name).append('\n');
      }
    }
    Path text = Files.writeString(folder.resolve("all.s"), source);
    Path object = folder.resolve("all.o");
    Linking.run(List.of("as", "-o", object.toString(), text.toString()));
    copies.addFirst(object);
    return copies;
  }

  /** Returns whether there was something to rename. */
  private static boolean rename(ByteBuffer file, String name) {
    long headers = file.getLong(40);
    int count = file.getShort(60) & 0xffff;
    boolean found = false;
    for (int i = 0; i < count; i++) {
      int header = (int) headers + i * SECTION_BYTES;
      if (file.getInt(header + 4) == SHT_SYMTAB) {
        int names = (int) headers + file.getInt(header + 40) * SECTION_BYTES;
        int strings = (int) file.getLong(names + 24);
        int start = (int) file.getLong(header + 24);
        int end = start + (int) file.getLong(header + 32);
        for (int at = start; at < end; at += SYMBOL_BYTES) {
          found |= change(file, at, strings, name);
        }
      }
    }
    return found;
  }

  private static boolean change(ByteBuffer file, int symbol, int strings, String name) {
    int at = strings + file.getInt(symbol);
    if (file.getShort(symbol + 6) == 0) {
      return false;
    }
    byte[] found = new byte[THIS_MODULE.length() + 1];
    if (at + found.length <= file.limit()) {
      file.get(at, found);
      if (new String(found, StandardCharsets.ISO_8859_1).equals(THIS_MODULE + "\0")) {
        file.put(at, name.getBytes(StandardCharsets.ISO_8859_1));
        return true;
      }
    }
    file.put(symbol + 4, (byte) (file.get(symbol + 4) & 0xf));
    return false;
  }
}
