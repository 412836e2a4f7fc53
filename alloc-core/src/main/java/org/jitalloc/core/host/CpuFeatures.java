package org.jitalloc.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the processors of this machine can do beyond the base of their architecture. */
public final class CpuFeatures {

  /** Names; of s390x numbers of facilities besides, which say more than its names. */
  private static final Pattern LINE =
      Pattern.compile("(?i)^(flags|features|facilities)\\s*:\\s*(.*)$");

  private static final String FACILITY = "facility-";
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private CpuFeatures() {}

  /**
   * {@return the names in /proc/cpuinfo that all processors share, and {@code facility-45} for a
   * facility of that number; empty if there are none}
   */
  public static Set<String> ofThisMachine() {
    try {
      return parse(Files.readAllLines(Path.of("/proc/cpuinfo")));
    } catch (IOException noProc) {
      return Set.of();
    }
  }

  static Set<String> parse(List<String> lines) {
    Set<String> common = new HashSet<>();
    Set<String> kinds = new HashSet<>();
    for (String line : lines) {
      Matcher features = LINE.matcher(line);
      if (!features.matches()) {
        continue;
      }
      Set<String> names = names(features.group(2));
      if (kinds.add(features.group(1))) {
        common.addAll(names);
      } else {
        // Of another processor: what it lacks is not common.
        boolean numbers = features.group(1).equalsIgnoreCase("facilities");
        common.removeIf(name -> isFacility(name) == numbers && !names.contains(name));
      }
    }
    return Set.copyOf(common);
  }

  private static Set<String> names(String text) {
    Set<String> names = new HashSet<>();
    for (String name : text.trim().split("\\s+")) {
      names.add(NUMBER.matcher(name).matches() ? FACILITY + name : name);
    }
    names.remove("");
    return names;
  }

  private static boolean isFacility(String name) {
    return name.startsWith(FACILITY);
  }
}
