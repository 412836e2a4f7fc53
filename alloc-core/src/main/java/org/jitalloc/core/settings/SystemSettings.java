package org.jitalloc.core.settings;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * Settings that are system properties. All names that begin with {@code jitalloc.} belong to this
 * project, so a name that is not known is a mistake.
 *
 * @param known the names of all settings
 */
public record SystemSettings(Set<String> known) {

  private static final String PREFIX = "jitalloc.";

  /** Names that begin so are settings of tests. */
  private static final String TEST_PREFIX = "jitalloc.test.";

  /** Places that the build passes to its integration tests. */
  private static final Set<String> PLACES = Set.of("jitalloc.root", "jitalloc.home");

  /** Makes the settings; the names are copied. */
  public SystemSettings {
    known = Set.copyOf(known);
  }

  /**
   * Gives the value of a setting.
   *
   * @param name its name
   * @return the value; empty if it is not set
   */
  public String value(String name) {
    return System.getProperty(name, "");
  }

  /**
   * Refuses settings that nothing would read.
   *
   * @throws JitAllocException INVALID_REQUEST if the process has one
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
    return known.contains(name) || PLACES.contains(name) || name.startsWith(TEST_PREFIX);
  }
}
