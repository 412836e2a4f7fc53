package org.jitalloc.core.policy;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jitalloc.core.settings.UnknownName;

/**
 * Reads a rule from the keys and values of a configuration. A value is a string, a number, a
 * boolean, or an array or collection of these. Commas in a string separate the elements of a list.
 */
public final class RuleReader {

  /** The keys of a rule; the configuration {@code org.jitalloc.policy} defines their meaning. */
  public static final Set<String> KEYS =
      Set.of(
          "name",
          "bundles",
          "consumers",
          "targets",
          "allow",
          "types",
          "memoryModes",
          "unchecked",
          "maxBytes",
          "maxAllocations",
          "together");

  private final Map<String, ?> values;

  private RuleReader(Map<String, ?> values) {
    this.values = values;
  }

  /**
   * Reads a rule.
   *
   * @param defaultName the name of the rule if {@code values} has none
   * @param values the values by key
   * @param knownModes the names of the memory modes of the host
   * @return the rule
   * @throws IllegalArgumentException if a key is unknown, or a value is invalid for its key
   */
  public static Rule read(
      String defaultName, Map<String, ?> values, Collection<String> knownModes) {
    for (String key : new TreeSet<>(values.keySet())) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("the key " + UnknownName.describe(key, KEYS));
      }
    }
    return new RuleReader(values).read(defaultName, knownModes);
  }

  private Rule read(String defaultName, Collection<String> knownModes) {
    String name = single("name", "");
    return new Rule(
        name.isEmpty() ? defaultName : name,
        RequestSelector.parse(texts("bundles"), texts("consumers"), texts("targets")),
        Constraints.parse(
            flag("allow", true),
            texts("types"),
            texts("memoryModes"),
            knownModes,
            flag("unchecked", true)),
        new Limits(number("maxBytes"), number("maxAllocations"), flag("together", false)));
  }

  private List<String> texts(String key) {
    Object value = values.get(key);
    return switch (value) {
      case null -> List.of();
      case Object[] array -> Arrays.stream(array).map(String::valueOf).toList();
      case Collection<?> collection -> collection.stream().map(String::valueOf).toList();
      case String text -> List.of(text);
      case Number number -> List.of(number.toString());
      case Boolean flag -> List.of(flag.toString());
      default ->
          throw new IllegalArgumentException(
              "%s has a value of type %s; expected a string, a number, a boolean or a list"
                  .formatted(key, value.getClass().getName()));
    };
  }

  private String single(String key, String defaultValue) {
    List<String> all = texts(key);
    return switch (all.size()) {
      case 0 -> defaultValue;
      case 1 -> all.getFirst().strip();
      default ->
          throw new IllegalArgumentException("%s=%s has more than one value".formatted(key, all));
    };
  }

  private boolean flag(String key, boolean defaultValue) {
    String value = single(key, Boolean.toString(defaultValue));
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(key + "=" + value + "; expected one of true, false");
    };
  }

  private long number(String key) {
    String value = single(key, "0");
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException invalid) {
      throw new IllegalArgumentException(key + "=" + value + " is not an integer", invalid);
    }
  }
}
