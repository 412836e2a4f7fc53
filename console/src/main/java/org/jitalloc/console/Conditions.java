package org.jitalloc.console;

import org.osgi.service.condition.Condition;

/** Targets of references to a {@link Condition}, for commands that need an optional bundle. */
final class Conditions {

  /** The bundle {@code org.jitalloc.kmod} is active. */
  static final String KMOD = "(" + Condition.CONDITION_ID + "=org.jitalloc.kmod)";

  private Conditions() {}
}
