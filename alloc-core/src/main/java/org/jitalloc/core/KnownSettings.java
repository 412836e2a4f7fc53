package org.jitalloc.core;

import java.util.HashSet;
import java.util.Set;
import org.jitalloc.core.host.HostOptions;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.policy.PolicyFile;
import org.jitalloc.core.settings.SystemSettings;

/** The system properties that this bundle reads. A new setting is added here. */
public final class KnownSettings {

  /** All of them. */
  public static final SystemSettings SYSTEM = new SystemSettings(names());

  private KnownSettings() {}

  private static Set<String> names() {
    Set<String> names = new HashSet<>(HostOptions.NAMES);
    names.addAll(LeakPolicy.NAMES);
    names.add(PolicyFile.SETTING);
    return names;
  }
}
