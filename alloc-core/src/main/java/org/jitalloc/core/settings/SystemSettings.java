package org.jitalloc.core.settings;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * Settings in system properties. Names with the prefix {@code jitalloc.} are reserved for this
 * project, so an unknown name with this prefix is an error.
 *
 * @param known the names of all settings
 */
public record SystemSettings(Set<String> known) {

  private static final String PREFIX = "jitalloc.";

  /** The prefix of settings of tests. */
  private static final String TEST_PREFIX = "jitalloc.test.";

  /** The paths that the build passes to its integration tests. */
  private static final Set<String> TEST_PATHS = Set.of("jitalloc.root", "jitalloc.home");

  /** Creates the settings from a copy of the names. */
  public SystemSettings {
    known = Set.copyOf(known);
  }

  /**
   * Returns the value of a setting.
   *
   * @param name its name
   * @return the value; empty if it is not set
   */
  public String value(String name) {
    return System.getProperty(name, "");
  }

  /**
   * Checks that all properties with the prefix {@code jitalloc.} are known settings.
   *
   * @throws JitAllocException INVALID_REQUEST if a name is unknown
   */
  public void requireKnown() {
    requireKnown(System.getProperties().stringPropertyNames());
  }

  void requireKnown(Collection<String> properties) {
    for (String name : new TreeSet<>(properties)) {
      if (name.startsWith(PREFIX) && !isKnown(name)) {
        throw new JitAllocException(
            Reason.INVALID_REQUEST, "the setting " + UnknownName.describe(name, known));
      }
    }
  }

  private boolean isKnown(String name) {
    return known.contains(name) || TEST_PATHS.contains(name) || name.startsWith(TEST_PREFIX);
  }
}
