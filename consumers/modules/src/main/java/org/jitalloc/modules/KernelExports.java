package org.jitalloc.modules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jitalloc.modules.ModuleException.Reason;

/**
 * What a kernel lets modules use of what it defines, as the {@code Module.symvers} of its build
 * tells. What that file says of modules is left out: these say it themselves. Immutable.
 */
public final class KernelExports {
  /** Nothing is known: modules may use all that the kernel defines. */
  public static final KernelExports UNKNOWN = new KernelExports(Map.of());

  private static final String KERNEL = "vmlinux";
  private static final int LEAST_FIELDS = 4;

  private final Map<String, Entry> entries;

  /**
   * One symbol.
   *
   * @param crc a checksum over its type, of 32 bits
   * @param isGplOnly whether it is only for modules of compatible licences
   * @param namespace what a module that uses it has to name; empty if nothing
   */
  public record Entry(long crc, boolean isGplOnly, String namespace) {}

  private KernelExports(Map<String, Entry> entries) {
    this.entries = entries;
  }

  /**
   * Makes a list.
   *
   * @param entries by the symbols' names
   * @return the list; {@link #UNKNOWN} if it is empty
   */
  public static KernelExports of(Map<String, Entry> entries) {
    return entries.isEmpty() ? UNKNOWN : new KernelExports(Map.copyOf(entries));
  }

  /**
   * Reads a {@code Module.symvers}: lines of a checksum, a name, the exporter, the kind of export,
   * and a namespace, with tabs between them.
   *
   * @param file the file
   * @return the list
   * @throws ModuleException UNREADABLE if it cannot be read; MALFORMED with the number of a line
   *     that is no such line
   */
  public static KernelExports read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException failure) {
      throw new ModuleException(
          Reason.UNREADABLE, "cannot read %s: %s".formatted(file, failure.getMessage()), failure);
    }
    Map<String, Entry> entries = HashMap.newHashMap(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      String[] fields = lines.get(i).split("\t", -1);
      try {
        if (fields.length < LEAST_FIELDS) {
          throw new NumberFormatException("too few fields");
        }
        var entry =
            new Entry(
                Integer.toUnsignedLong(Integer.parseUnsignedInt(fields[0].replace("0x", ""), 16)),
                fields[3].endsWith("_GPL"),
                fields.length > LEAST_FIELDS ? fields[LEAST_FIELDS] : "");
        if (fields[2].equals(KERNEL)) {
          entries.put(fields[1], entry);
        }
      } catch (NumberFormatException wrong) {
        throw new ModuleException(
            Reason.MALFORMED,
            "%s line %d: not CRC NAME MODULE EXPORT_SYMBOL[_GPL] NAMESPACE: %s"
                .formatted(file, i + 1, lines.get(i)),
            wrong);
      }
    }
    return of(entries);
  }

  /**
   * Finds a symbol.
   *
   * @param symbol its name
   * @return what is told of it; empty if modules may not use it, or nothing is known
   */
  public Optional<Entry> find(String symbol) {
    return Optional.ofNullable(entries.get(symbol));
  }

  /**
   * Whether a module may use a symbol of the kernel, as far as is known.
   *
   * @param symbol its name
   * @return whether it may
   */
  public boolean mayUse(String symbol) {
    return entries.isEmpty() || entries.containsKey(symbol);
  }

  /**
   * How many there are.
   *
   * @return symbols
   */
  public int size() {
    return entries.size();
  }
}
