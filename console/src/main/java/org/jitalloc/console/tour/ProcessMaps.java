package org.jitalloc.console.tour;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.Span;

/** The mappings of this process as the kernel lists them, independent of the allocator. */
final class ProcessMaps {
  private static final Path MAPS = Path.of("/proc/self/maps");

  private ProcessMaps() {}

  /**
   * One mapping.
   *
   * @param start its first address
   * @param end the address after it
   * @param permissions its permissions, such as {@code r-xp}
   * @param name the mapped file; empty for anonymous memory
   */
  record Mapping(long start, long end, String permissions, String name) {
    boolean writableAndExecutable() {
      return permissions.charAt(1) == 'w' && permissions.charAt(2) == 'x';
    }

    boolean belongsTo(List<Span> spans) {
      return name.contains("jitalloc") || spans.stream().anyMatch(this::overlaps);
    }

    private boolean overlaps(Span span) {
      return Long.compareUnsigned(start, span.end()) < 0
          && Long.compareUnsigned(span.start(), end) < 0;
    }
  }

  /** {@return the mappings that overlap any of these spans, or map the file of the allocator} */
  static List<Mapping> of(List<Span> spans) {
    try (var lines = Files.lines(MAPS)) {
      return lines.map(ProcessMaps::parse).filter(m -> m.belongsTo(spans)).toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Mapping parse(String line) {
    String[] fields = line.split("\\s+", 6);
    String[] range = fields[0].split("-");
    return new Mapping(
        Long.parseUnsignedLong(range[0], 16),
        Long.parseUnsignedLong(range[1], 16),
        fields[1],
        fields.length == 6 ? fields[5] : "");
  }
}
