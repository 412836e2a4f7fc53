package org.jitalloc.modules.access;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The versions that a module expects of the symbols it uses: checksums over their types. Immutable.
 */
public final class SymbolVersions {
  private static final int ENTRY_BYTES = 64;
  private static final int WORD_BYTES = 8;
  private static final int CRC_BYTES = 4;
  private static final long CRC_MASK = 0xffffffffL;

  private final Map<String, Long> crcs;

  /** How a symbol that is there compares with one that is expected. */
  public enum Match {
    /** The same version, or whoever exports it tells none. */
    SAME,
    /** The module expects none of this symbol. Worth a warning, no more. */
    NOT_EXPECTED,
    /** Another version: what the module was compiled for is not what is there. */
    DIFFERENT
  }

  private SymbolVersions(Map<String, Long> crcs) {
    this.crcs = crcs;
  }

  /**
   * Reads a section {@code __versions}: entries of {@value #ENTRY_BYTES} bytes, a word and a name.
   *
   * @param section from the position to the limit
   * @param order of its bytes
   * @return the versions
   * @throws IllegalArgumentException if an entry is not whole, or a name does not end
   */
  public static SymbolVersions parse(ByteBuffer section, ByteOrder order) {
    ByteBuffer table = section.slice().order(order);
    if (table.limit() % ENTRY_BYTES != 0) {
      throw new IllegalArgumentException(
          "__versions has %d bytes, not whole entries of %d".formatted(table.limit(), ENTRY_BYTES));
    }
    Map<String, Long> crcs = new HashMap<>();
    for (int at = 0; at < table.limit(); at += ENTRY_BYTES) {
      long crc = table.getLong(at) & CRC_MASK;
      crcs.put(name(table.slice(at + WORD_BYTES, ENTRY_BYTES - WORD_BYTES), "__versions"), crc);
    }
    return new SymbolVersions(crcs);
  }

  /**
   * Reads the sections {@code __version_ext_crcs} and {@code __version_ext_names}, in which names
   * can be longer.
   *
   * @param checksums from the position to the limit
   * @param names from the position to the limit
   * @param order of bytes
   * @return the versions
   * @throws IllegalArgumentException if there are not as many names as checksums, or one does not
   *     end
   */
  public static SymbolVersions parseExtended(
      ByteBuffer checksums, ByteBuffer names, ByteOrder order) {
    ByteBuffer words = checksums.slice().order(order);
    ByteBuffer rest = names.slice();
    Map<String, Long> crcs = new HashMap<>();
    for (int at = 0; at + CRC_BYTES <= words.limit(); at += CRC_BYTES) {
      ByteBuffer bytes = rest.slice();
      int length = nameBytes(bytes, "__version_ext_names");
      String name = StandardCharsets.UTF_8.decode(bytes.limit(length)).toString();
      rest.position(rest.position() + length + 1);
      crcs.put(name, words.getInt(at) & CRC_MASK);
    }
    if (words.limit() % CRC_BYTES != 0 || rest.hasRemaining()) {
      throw new IllegalArgumentException(
          "__version_ext_crcs has %d bytes, and %d bytes of names are left over"
              .formatted(words.limit(), rest.remaining()));
    }
    return new SymbolVersions(crcs);
  }

  private static String name(ByteBuffer bytes, String section) {
    var name = new byte[nameBytes(bytes, section)];
    bytes.get(0, name);
    return new String(name, StandardCharsets.UTF_8);
  }

  /** The length up to the byte 0, whatever the bytes before it are. */
  private static int nameBytes(ByteBuffer bytes, String section) {
    int end = 0;
    while (end < bytes.limit() && bytes.get(end) != 0) {
      end++;
    }
    if (end == bytes.limit()) {
      throw new IllegalArgumentException(
          "%s: a name does not end within %d bytes".formatted(section, end));
    }
    return end;
  }

  /**
   * Compares.
   *
   * @param symbol its name
   * @param exported the version that it has; empty if whoever exports it tells none
   * @return how they compare
   */
  public Match compare(String symbol, OptionalLong exported) {
    if (exported.isEmpty()) {
      return Match.SAME;
    }
    Long expected = crcs.get(symbol);
    if (expected == null) {
      return Match.NOT_EXPECTED;
    }
    return expected == (exported.getAsLong() & CRC_MASK) ? Match.SAME : Match.DIFFERENT;
  }

  /**
   * The version that is expected of a symbol.
   *
   * @param symbol its name
   * @return its checksum, of 32 bits
   */
  public Optional<Long> expected(String symbol) {
    return Optional.ofNullable(crcs.get(symbol));
  }
}
