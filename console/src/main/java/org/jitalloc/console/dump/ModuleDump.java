package org.jitalloc.console.dump;

import com.grack.nanojson.JsonAppendableWriter;
import com.grack.nanojson.JsonWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jitalloc.modules.RelocationObserver.Content;
import org.jitalloc.modules.RelocationObserver.Relocated;
import org.jitalloc.modules.RelocationObserver.Slot;

/**
 * Writes the addresses and the bytes of a module right after relocation as JSON. A layout has the
 * addresses of sections (by index), of undefined symbols (by name) and of slots (by the index of
 * the symbol, with the addend), and the sections whose content is not in the file. A memory dump
 * has the bytes of each other section: {@code hex:} and digits, or for long sections the digits of
 * their SHA-256.
 */
public final class ModuleDump {
  private static final int MOST_HEX_BYTES = 64 << 10;
  private static final HexFormat HEX = HexFormat.of();

  private ModuleDump() {}

  /**
   * Writes a layout.
   *
   * @param module the module
   * @param file the file
   * @throws IOException if it cannot be written
   */
  public static void writeLayout(Relocated module, Path file) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      JsonAppendableWriter json = JsonWriter.on(writer).object();
      json.object("sections");
      for (Content content : module.sections()) {
        json.value(index(content), address(content.section().address()));
      }
      json.end().object("symbols");
      new TreeMap<>(module.symbols()).forEach((name, at) -> json.value(name, address(at)));
      json.end();
      slots(json, "got", module.got());
      slots(json, "plt", module.plt());
      json.array("generated");
      module.sections().stream()
          .filter(Content::generated)
          .forEach(content -> json.value(index(content)));
      json.end().end().done();
    }
  }

  private static void slots(JsonAppendableWriter json, String name, List<Slot> slots) {
    json.object(name);
    for (Slot slot : slots) {
      String addend = slot.addend() == 0 ? "" : "+" + slot.addend();
      json.value(slot.symbol() + addend, address(slot.address()));
    }
    json.end();
  }

  /**
   * Writes a memory dump.
   *
   * @param module the module
   * @param file the file
   * @throws IOException if it cannot be written
   */
  public static void writeMemory(Relocated module, Path file) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      JsonAppendableWriter json = JsonWriter.on(writer).object();
      for (Content content : module.sections()) {
        if (!content.generated()) {
          json.value(index(content), bytes(content.bytes()));
        }
      }
      json.end().done();
    }
  }

  private static String bytes(byte[] bytes) {
    if (bytes.length <= MOST_HEX_BYTES) {
      return "hex:" + HEX.formatHex(bytes);
    }
    try {
      return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String index(Content content) {
    return Integer.toString(content.section().index());
  }

  private static String address(long address) {
    return "0x" + Long.toHexString(address);
  }
}
