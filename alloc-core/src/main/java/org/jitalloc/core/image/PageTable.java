package org.jitalloc.core.image;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sparse table of pages, indexed by page number: a hash map of leaves of 512 pages, because the
 * allocator maps and unmaps slabs of 512 pages. Not thread-safe.
 */
final class PageTable {
  private static final int LEAF_PAGES = 512;
  private static final int LEAF_SHIFT = Integer.numberOfTrailingZeros(LEAF_PAGES);

  private final Map<Long, Leaf> leaves = new HashMap<>();

  private static final class Leaf {
    final @Nullable Page[] pages = new Page[LEAF_PAGES];
    int count;
  }

  /** {@return the index of a page in its leaf} */
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

  /** Adds a page whose number is not in the table. */
  void add(long number, Page page) {
    Leaf leaf = leaves.computeIfAbsent(number >>> LEAF_SHIFT, _ -> new Leaf());
    leaf.pages[inLeaf(number)] = page;
    leaf.count++;
  }

  /** Removes a page if the table contains it. */
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
