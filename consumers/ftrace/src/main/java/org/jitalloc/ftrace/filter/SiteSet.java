package org.jitalloc.ftrace.filter;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jitalloc.ftrace.site.SiteGroup;

/** A set of call sites. Not thread-safe. */
final class SiteSet {

  private final Map<SiteGroup, BitSet> chosen = new HashMap<>();

  SiteSet() {}

  SiteSet(SiteSet other) {
    other.chosen.forEach((group, bits) -> chosen.put(group, (BitSet) bits.clone()));
  }

  void set(SiteGroup group, int index, boolean in) {
    BitSet bits = chosen.computeIfAbsent(group, _ -> new BitSet());
    bits.set(index, in);
    if (bits.isEmpty()) {
      chosen.remove(group);
    }
  }

  boolean contains(SiteGroup group, int index) {
    BitSet bits = chosen.get(group);
    return bits != null && bits.get(index);
  }

  boolean isEmpty() {
    return chosen.isEmpty();
  }

  void remove(SiteGroup group) {
    chosen.remove(group);
  }
}
