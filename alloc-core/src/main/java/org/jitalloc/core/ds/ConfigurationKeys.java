package org.jitalloc.core.ds;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jitalloc.core.settings.UnknownName;

/** The keys that an administrator writes into a configuration. */
final class ConfigurationKeys {

  /** What Config Admin, its front ends and Declarative Services add. */
  private static final List<String> ADDED =
      List.of(
          "service.", "component.", "felix.", "org.apache.felix.", "osgi.", "org.osgi.", ".", ":");

  /** What ends the keys of a component's references: their filters and how many there must be. */
  private static final List<String> OF_REFERENCES = List.of(".target", ".cardinality.minimum");

  private ConfigurationKeys() {}

  private static boolean isAdded(String key) {
    return ADDED.stream().anyMatch(key::startsWith)
        || OF_REFERENCES.stream().anyMatch(key::endsWith);
  }

  /** {@return the properties without those that the framework adds} */
  static Map<String, Object> written(Map<String, Object> properties) {
    Map<String, Object> written = new TreeMap<>(properties);
    written.keySet().removeIf(ConfigurationKeys::isAdded);
    return written;
  }

  /**
   * Refuses keys that nothing would read.
   *
   * @throws IllegalArgumentException if there is one
   */
  static void requireKnown(Map<String, Object> properties, Collection<String> known) {
    for (String key : written(properties).keySet()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException("the key " + UnknownName.describe(key, known));
      }
    }
  }
}
