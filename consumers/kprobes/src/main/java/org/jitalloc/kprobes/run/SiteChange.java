package org.jitalloc.kprobes.run;

import java.util.Objects;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.trace.Patch;
import org.jspecify.annotations.Nullable;

/**
 * A change of a borrowed call site.
 *
 * @param memory the text
 * @param patch the change that the tracer would make
 * @param point the probe point at the site, or null if there is none
 */
record SiteChange(JitMemory memory, Patch patch, @Nullable ProbePoint point) {

  boolean isArmed() {
    return point != null && point.detour != null;
  }

  ProbePoint armedPoint() {
    return Objects.requireNonNull(point);
  }

  /** Records the change in the probe point. */
  void keep() {
    if (point != null) {
      point.site(patch.after());
    }
  }
}
