package org.jitalloc.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code /proc/self/smaps} (proc_pid_smaps(5)). */
final class Smaps {

  private static final Pattern MAPPING =
      Pattern.compile("^([0-9a-f]+)-([0-9a-f]+) ([-rwxsp]{4}) .*");
  private static final Set<String> HUGE =
      Set.of(
          "AnonHugePages:",
          "ShmemPmdMapped:",
          "FilePmdMapped:",
          "Private_Hugetlb:",
          "Shared_Hugetlb:");

  private Smaps() {}

  /**
   * Estimates how many bytes of a range are mapped by huge pages. A mapping can be larger than the
   * range, for example because the kernel merges adjacent mappings. The estimate assumes that its
   * huge pages are distributed evenly.
   *
   * @param start the first address
   * @param bytes the length
   * @return the number of bytes; 0 if the file cannot be read
   */
  static long hugePageBytes(long start, long bytes) {
    long found = 0;
    long overlap = 0;
    long mapped = 1;
    try (var lines = Files.newBufferedReader(Path.of("/proc/self/smaps"))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        var header = MAPPING.matcher(line);
        if (header.matches()) {
          long from = Long.parseUnsignedLong(header.group(1), 16);
          long to = Long.parseUnsignedLong(header.group(2), 16);
          mapped = to - from;
          overlap = Math.min(to, start + bytes) - Math.max(from, start);
        } else if (overlap > 0) {
          String[] words = line.trim().split("\\s+");
          if (words.length == 3 && HUGE.contains(words[0])) {
            found += Long.parseLong(words[1]) * 1024 * overlap / mapped;
          }
        }
      }
    } catch (IOException noProc) {
      return 0;
    }
    return found;
  }
}
