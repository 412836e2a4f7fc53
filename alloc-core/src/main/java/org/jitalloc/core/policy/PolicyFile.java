package org.jitalloc.core.policy;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * A file of rules, in the syntax of {@link Properties}: {@code NAME.KEY=VALUE}, where the key is
 * what follows the last dot and is one of those of the configuration {@code org.jitalloc.policy}.
 * Values of lists have commas in between.
 */
public final class PolicyFile {

  /** The name of the setting that says where the file is. */
  public static final String SETTING = "jitalloc.policy";

  private static final Set<String> KEYS =
      new TreeSet<>(
          Set.of(
              "bundles",
              "consumers",
              "targets",
              "allow",
              "types",
              "memoryModes",
              "unchecked",
              "maxBytes",
              "maxAllocations",
              "together"));

  private final String name;
  private final Properties values = new Properties();

  private PolicyFile(String name) {
    this.name = name;
  }

  /**
   * Reads the file that the system property {@value #SETTING} names.
   *
   * @param knownModes the names of ways to host memory
   * @return its rules; none if the property is not set
   * @throws JitAllocException INVALID_REQUEST if it cannot be read: a policy that is wanted and
   *     missing must not be taken for none
   */
  public static Policy configured(Collection<String> knownModes) {
    String file = System.getProperty(SETTING, "");
    try {
      return file.isEmpty() ? Policy.NONE : read(Path.of(file), knownModes);
    } catch (IllegalArgumentException wrong) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST, "%s: %s".formatted(SETTING, wrong.getMessage()), wrong);
    }
  }

  /**
   * Reads a file.
   *
   * @param file where it is
   * @param knownModes the names of ways to host memory
   * @return its rules
   * @throws IllegalArgumentException if it cannot be read, or says what makes no sense
   */
  public static Policy read(Path file, Collection<String> knownModes) {
    Properties all = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      all.load(reader);
    } catch (IOException failure) {
      throw new IllegalArgumentException("policy file cannot be read: " + file, failure);
    }
    TreeMap<String, PolicyFile> rules = new TreeMap<>();
    for (String entry : all.stringPropertyNames()) {
      int dot = entry.lastIndexOf('.');
      String key = entry.substring(dot + 1);
      if (dot <= 0 || !KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "%s: %s is not NAME.KEY with a key of %s".formatted(file, entry, KEYS));
      }
      String name = entry.substring(0, dot);
      rules
          .computeIfAbsent(name, PolicyFile::new)
          .values
          .setProperty(key, all.getProperty(entry).strip());
    }
    return new Policy(rules.values().stream().map(rule -> rule.parse(file, knownModes)).toList());
  }

  private Rule parse(Path file, Collection<String> knownModes) {
    try {
      return new Rule(
          name,
          Selection.parse(list("bundles"), list("consumers"), list("targets")),
          Terms.parse(
              flag("allow", true),
              list("types"),
              list("memoryModes"),
              knownModes,
              flag("unchecked", true)),
          new Limits(number("maxBytes"), number("maxAllocations"), flag("together", false)));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "%s: %s.%s".formatted(file, name, wrong.getMessage()), wrong);
    }
  }

  private List<String> list(String key) {
    return Arrays.asList(values.getProperty(key, "").split(","));
  }

  private boolean flag(String key, boolean otherwise) {
    String value = values.getProperty(key, Boolean.toString(otherwise));
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(key + "=" + value + "; there are true, false");
    };
  }

  private long number(String key) {
    String value = values.getProperty(key, "0");
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException wrong) {
      throw new IllegalArgumentException(key + "=" + value + " is no whole number", wrong);
    }
  }
}
