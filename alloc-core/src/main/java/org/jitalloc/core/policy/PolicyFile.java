package org.jitalloc.core.policy;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.core.settings.UnknownName;

/**
 * Reads rules from a file in the format of {@link Properties}. Each entry is {@code
 * NAME.KEY=VALUE}. NAME is the name of a rule and can contain dots. KEY is a key of the
 * configuration {@code org.jitalloc.policy}, except {@code name}. Commas separate the elements of a
 * list.
 */
public final class PolicyFile {

  /** The name of the setting that contains the path of the file. */
  public static final String SETTING = "jitalloc.policy";

  /** The keys of a rule, without its name, which precedes the key. */
  private static final Set<String> KEYS =
      RuleReader.KEYS.stream()
          .filter(key -> !key.equals("name"))
          .collect(Collectors.toUnmodifiableSet());

  private PolicyFile() {}

  /**
   * Reads the file that the system property {@value #SETTING} names.
   *
   * @param knownModes the names of the memory modes of the host
   * @return its rules; an empty policy if the property is not set
   * @throws JitAllocException INVALID_REQUEST if the file cannot be read or has an error. A policy
   *     without these rules would allow more than the administrator intends
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
   * @param file the path
   * @param knownModes the names of the memory modes of the host
   * @return its rules
   * @throws IllegalArgumentException if the file cannot be read, or has an unknown key, a duplicate
   *     key or an invalid value
   */
  public static Policy read(Path file, Collection<String> knownModes) {
    Properties all = new UniqueProperties();
    try (Reader reader = Files.newBufferedReader(file)) {
      all.load(reader);
    } catch (IOException failure) {
      throw new IllegalArgumentException("policy file cannot be read: " + file, failure);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("%s: %s".formatted(file, wrong.getMessage()), wrong);
    }
    var rules = new TreeMap<String, Map<String, String>>();
    for (String entry : all.stringPropertyNames()) {
      int dot = entry.lastIndexOf('.');
      String key = entry.substring(dot + 1);
      if (dot <= 0 || !KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "%s: %s is not NAME.KEY: the key %s"
                .formatted(file, entry, UnknownName.describe(key, KEYS)));
      }
      rules
          .computeIfAbsent(entry.substring(0, dot), _ -> new HashMap<>())
          .put(key, all.getProperty(entry));
    }
    List<Rule> read = new ArrayList<>();
    rules.forEach((name, values) -> read.add(rule(file, name, values, knownModes)));
    return new Policy(read);
  }

  private static Rule rule(
      Path file, String name, Map<String, String> values, Collection<String> knownModes) {
    try {
      return RuleReader.read(name, values, knownModes);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "%s: %s.%s".formatted(file, name, wrong.getMessage()), wrong);
    }
  }

  /** Refuses duplicate keys; a plain table would drop the first value. */
  private static final class UniqueProperties extends Properties {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Object put(Object key, Object value) {
      if (containsKey(key)) {
        throw new IllegalArgumentException(key + " is given twice");
      }
      return super.put(key, value);
    }
  }
}
