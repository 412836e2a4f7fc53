package org.jitalloc.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The optional features of the processors of this machine, from {@code /proc/cpuinfo}. */
public final class CpuFeatures {

  /**
   * A line with features. On s390x there is also a line with facility numbers, which cover more
   * features than the names.
   */
  private static final Pattern LINE =
      Pattern.compile("(?i)^(flags|features|facilities)\\s*:\\s*(.*)$");

  private static final String FACILITY = "facility-";
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private CpuFeatures() {}

  /**
   * {@return the names of the features that all processors have, with {@code facility-45} for the
   * facility 45 of s390x; empty if {@code /proc/cpuinfo} cannot be read}
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
        // The line of another processor: remove the features that it lacks.
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
