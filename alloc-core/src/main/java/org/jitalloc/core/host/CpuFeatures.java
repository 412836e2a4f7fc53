package org.jitalloc.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** What the processors of this machine can do beyond the base of their architecture. */
public final class CpuFeatures {

  private static final Pattern LINE = Pattern.compile("(?i)^(flags|features)\\s*:\\s*(.*)$");

  private CpuFeatures() {}

  /** {@return the names in /proc/cpuinfo that all processors share; empty if there are none} */
  public static Set<String> ofThisMachine() {
    Set<String> common = null;
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        var features = LINE.matcher(line);
        if (features.matches()) {
          Set<String> names =
              new HashSet<>(java.util.Arrays.asList(features.group(2).trim().split("\\s+")));
          if (common == null) {
            common = new HashSet<>(names);
          } else {
            common.retainAll(names);
          }
        }
      }
    } catch (IOException noProc) {
      return Set.of();
    }
    return common == null ? Set.of() : Set.copyOf(common);
  }
}
