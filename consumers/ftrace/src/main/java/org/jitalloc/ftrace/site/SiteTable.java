package org.jitalloc.ftrace.site;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * All call sites that are known, by address. Any thread may read; the thread that changes it
 * ensures that only one does.
 */
public final class SiteTable {
  /*
   * Texts do not overlap, so a table of texts, each sorted in itself, is sorted. A text of n sites
   * among g texts comes at the cost of its own sort and one insertion, n log n + log g, and never
   * moves the sites of others.
   */
  private final ConcurrentSkipListMap<Long, SiteGroup> groups =
      new ConcurrentSkipListMap<>(Long::compareUnsigned);

  /** Makes an empty table. */
  public SiteTable() {}

  /**
   * Adds the sites of a text.
   *
   * @param group the sites
   * @throws JitAllocException INVALID_REQUEST if the text is known already
   */
  public void add(SiteGroup group) {
    if (groups.putIfAbsent(group.memory().address(), group) != null) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST, "call sites of this text are known already: " + group.memory());
    }
  }

  /** Removes the sites of a text. */
  public void remove(SiteGroup group) {
    groups.remove(group.memory().address(), group);
  }

  /** {@return the texts in ascending order of address} */
  public Collection<SiteGroup> groups() {
    return groups.values();
  }

  /**
   * Finds the text that an address is in.
   *
   * @param address the address
   * @return its sites, or null
   */
  public @Nullable SiteGroup find(long address) {
    Map.Entry<Long, SiteGroup> entry = groups.floorEntry(address);
    return entry != null && entry.getValue().memory().span().contains(address)
        ? entry.getValue()
        : null;
  }

  /** {@return how many sites there are} */
  public int size() {
    return groups.values().stream().mapToInt(SiteGroup::size).sum();
  }
}
