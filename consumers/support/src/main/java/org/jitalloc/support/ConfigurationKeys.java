package org.jitalloc.support;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds keys of a configuration that no component reads. The core checks its own configurations by
 * a class of the same name: it uses no bundle of consumers, and this is not part of the API.
 */
public final class ConfigurationKeys {

  /** Prefixes of keys that Config Admin, its front ends and Declarative Services add. */
  private static final List<String> ADDED =
      List.of(
          "service.", "component.", "felix.", "org.apache.felix.", "osgi.", "org.osgi.", ".", ":");

  /** Suffixes of the keys of a component's references: their filters and minimum cardinality. */
  private static final List<String> OF_REFERENCES = List.of(".target", ".cardinality.minimum");

  private ConfigurationKeys() {}

  private static boolean isAdded(String key) {
    return ADDED.stream().anyMatch(key::startsWith)
        || OF_REFERENCES.stream().anyMatch(key::endsWith);
  }

  /**
   * Finds the first key that is not known.
   *
   * @param properties the properties of a component
   * @param description the component property type: its methods are the known keys
   * @return a message with the key and the known ones; empty if all are known
   */
  public static Optional<String> unknown(
      Map<String, Object> properties, Class<? extends Annotation> description) {
    Set<String> known =
        Arrays.stream(description.getDeclaredMethods())
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    return new TreeSet<>(properties.keySet())
        .stream()
            .filter(key -> !known.contains(key) && !isAdded(key))
            .findFirst()
            .map(
                key ->
                    "the key %s is not known; known are %s"
                        .formatted(key, String.join(", ", known)));
  }
}
