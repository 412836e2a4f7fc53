package org.jitalloc.modules;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jitalloc.modules.ModuleException.Reason;

/** What a kernel defines: its System.map. Immutable. */
public final class SymbolMap {
  /** Defines nothing. */
  public static final SymbolMap EMPTY = new SymbolMap(Map.of());

  private static final String EXPORT = "__ksymtab_";

  private final Map<String, Long> addresses;
  private final OptionalLong lowest;

  /** Whether it has the tables of exports, so that it tells which symbols the kernel exports. */
  private final boolean tellsExports;

  private SymbolMap(Map<String, Long> addresses) {
    this.addresses = addresses;
    tellsExports = addresses.keySet().stream().anyMatch(name -> name.startsWith(EXPORT));
    // Small numbers are offsets: of per-CPU variables, or of what is absolute.
    lowest =
        addresses.values().stream()
            .mapToLong(Long::longValue)
            .filter(address -> address < 0 || address >= 1 << 20)
            .reduce((a, b) -> Long.compareUnsigned(a, b) <= 0 ? a : b);
  }

  /**
   * Makes a map.
   *
   * @param addresses addresses by name
   * @return the map
   */
  public static SymbolMap of(Map<String, Long> addresses) {
    return new SymbolMap(Map.copyOf(addresses));
  }

  /**
   * Reads a System.map: lines of an address in hexadecimal digits, a letter and a name. Of two
   * symbols of one name the first counts.
   *
   * @param file the file
   * @return the map
   * @throws ModuleException UNREADABLE if it cannot be read; MALFORMED with the number of a line
   *     that is no such line
   */
  public static SymbolMap read(Path file) {
    byte[] text;
    try {
      text = Files.readAllBytes(file);
    } catch (IOException failure) {
      throw new ModuleException(
          Reason.UNREADABLE, "cannot read %s: %s".formatted(file, failure.getMessage()), failure);
    }
    Map<String, Long> addresses = HashMap.newHashMap(text.length / 40);
    int line = 0;
    for (int at = 0; at < text.length; ) {
      line++;
      int end = at;
      while (end < text.length && text[end] != '\n') {
        end++;
      }
      if (end > at) {
        String words = new String(text, at, end - at, StandardCharsets.UTF_8).stripTrailing();
        add(words, addresses, file, line);
      }
      at = end + 1;
    }
    return new SymbolMap(addresses);
  }

  private static void add(String words, Map<String, Long> addresses, Path file, int line) {
    int first = words.indexOf(' ');
    int second = words.indexOf(' ', first + 1);
    if (first <= 0 || second < 0) {
      throw new ModuleException(
          Reason.MALFORMED, "%s line %d: not ADDRESS TYPE NAME: %s".formatted(file, line, words));
    }
    try {
      long address = Long.parseUnsignedLong(words, 0, first, 16);
      int tab = words.indexOf('\t', second);
      String name = words.substring(second + 1, tab < 0 ? words.length() : tab);
      addresses.putIfAbsent(name, address);
    } catch (NumberFormatException wrong) {
      throw new ModuleException(
          Reason.MALFORMED, "%s line %d: no address: %s".formatted(file, line, words), wrong);
    }
  }

  /**
   * Finds a symbol.
   *
   * @param name its name
   * @return its address; empty if there is no such symbol
   */
  public OptionalLong find(String name) {
    Long address = addresses.get(name);
    return address == null ? OptionalLong.empty() : OptionalLong.of(address);
  }

  /**
   * Tells whether the kernel exports a symbol, as far as the map tells.
   *
   * @param name its name
   * @return whether it has an entry {@code __ksymtab_} of that name; where the map has none of
   *     these at all, whether it has the symbol
   */
  public boolean exports(String name) {
    return addresses.containsKey(tellsExports ? EXPORT + name : name);
  }

  /** {@return how many symbols there are} */
  public int count() {
    return addresses.size();
  }

  /**
   * {@return the lowest address above 1 MiB, about where the kernel starts; empty if there is none}
   */
  public OptionalLong lowestAddress() {
    return lowest;
  }
}
