package org.jitalloc.core.image;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which pages there are, by number: in leaves of 512, as those of a processor are, since pages come
 * and go by slabs of as many. Changed by one thread while no other looks.
 */
final class PageTable {
  private static final int LEAF_PAGES = 512;
  private static final int LEAF_SHIFT = Integer.numberOfTrailingZeros(LEAF_PAGES);

  private final Map<Long, Leaf> leaves = new HashMap<>();

  private static final class Leaf {
    final @Nullable Page[] pages = new Page[LEAF_PAGES];
    int count;
  }

  private static int inLeaf(long number) {
    return (int) number & LEAF_PAGES - 1;
  }

  /** {@return the page, or null if there is none} */
  @Nullable Page get(long number) {
    Leaf leaf = leaves.get(number >>> LEAF_SHIFT);
    return leaf == null ? null : leaf.pages[inLeaf(number)];
  }

  boolean has(long number) {
    return get(number) != null;
  }

  /** Enters a page where there is none. */
  void add(long number, Page page) {
    Leaf leaf = leaves.computeIfAbsent(number >>> LEAF_SHIFT, _ -> new Leaf());
    leaf.pages[inLeaf(number)] = page;
    leaf.count++;
  }

  /** Removes a page, if it is there. */
  void remove(long number) {
    Leaf leaf = leaves.get(number >>> LEAF_SHIFT);
    if (leaf != null && leaf.pages[inLeaf(number)] != null) {
      leaf.pages[inLeaf(number)] = null;
      leaf.count--;
      if (leaf.count == 0) {
        leaves.remove(number >>> LEAF_SHIFT);
      }
    }
  }

  void clear() {
    leaves.clear();
  }
}
