package org.jitalloc.ftrace.run;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jitalloc.ftrace.site.SiteGroup;

/**
 * Which trampolines the sites of each text call, so that those without a caller are known without a
 * look at all sites. Guarded by the lock of its owner.
 */
final class Callers {
  private final Map<SiteGroup, Set<Long>> called = new HashMap<>();

  /** How many texts call each. */
  private final Map<Long, Integer> texts = new HashMap<>();

  /** Says what the sites of a text call from now on. */
  void call(SiteGroup group, Set<Long> now) {
    Set<Long> before = now.isEmpty() ? called.remove(group) : called.put(group, now);
    now.forEach(entry -> texts.merge(entry, 1, Integer::sum));
    if (before != null) {
      before.forEach(entry -> texts.computeIfPresent(entry, (_, n) -> n == 1 ? null : n - 1));
    }
  }

  /** {@return what any text calls} */
  Set<Long> called() {
    return texts.keySet();
  }
}
