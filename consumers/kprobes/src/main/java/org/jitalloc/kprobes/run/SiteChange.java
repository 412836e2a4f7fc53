package org.jitalloc.kprobes.run;

import java.util.Objects;
import org.jitalloc.JitMemory;
import org.jitalloc.arch.trace.Patch;
import org.jspecify.annotations.Nullable;

/**
 * What a call site that is borrowed is to do for its tracer.
 *
 * @param memory the text
 * @param patch the change as the tracer would make it
 * @param place what probes made of it, or null if there is no probe by now
 */
record SiteChange(JitMemory memory, Patch patch, @Nullable Place place) {

  boolean isArmed() {
    return place != null && place.detour != null;
  }

  Place armedPlace() {
    return Objects.requireNonNull(place);
  }

  /** Has the place know what was done. */
  void keep() {
    if (place != null) place.does(patch.after());
  }
}
