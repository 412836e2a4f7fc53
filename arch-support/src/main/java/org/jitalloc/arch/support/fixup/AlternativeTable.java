package org.jitalloc.arch.support.fixup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;

/** Reads the section {@code .altinstructions} of Linux. */
public final class AlternativeTable {
  private AlternativeTable() {}

  /** The format of entries. */
  public interface Format {

    /** {@return the length of an entry in bytes} */
    int entryBytes();

    /**
     * Reads an entry.
     *
     * @param table the table
     * @param at the offset of the entry in bytes
     * @return the entry
     */
    CodeFixup entry(EntryTable table, int at);
  }

  /**
   * Reads the table in the first format in which all entries are consistent: a file does not have
   * the version of the format.
   *
   * @param table the table
   * @param code the code to which entries must refer
   * @param formats the formats
   * @return the entries, in their order
   * @throws IllegalArgumentException if there is no such format
   */
  public static List<CodeFixup> read(EntryTable table, CodeRanges code, Format... formats) {
    return Stream.of(formats)
        .filter(format -> table.length() % format.entryBytes() == 0)
        .map(format -> read(table, code, format))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s: %d bytes are no entries that lead to code"
                        .formatted(table.name(), table.length())));
  }

  private static Optional<List<CodeFixup>> read(EntryTable table, CodeRanges code, Format format) {
    List<CodeFixup> fixups = new ArrayList<>();
    for (int at = 0; at < table.length(); at += format.entryBytes()) {
      CodeFixup fixup = format.entry(table, at);
      if (!makesSense(fixup, code)) {
        return Optional.empty();
      }
      fixups.add(fixup);
    }
    return Optional.of(fixups);
  }

  private static boolean makesSense(CodeFixup fixup, CodeRanges code) {
    return fixup.bytes() > 0
        && code.hold(fixup.address(), fixup.bytes())
        && fixup.otherBytes() <= fixup.bytes()
        && (fixup.kind() != Kind.ALTERNATIVE
            || fixup.otherBytes() == 0
            || code.hold(fixup.other(), fixup.otherBytes()));
  }
}
