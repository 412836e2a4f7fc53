package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jitalloc.arch.PageProtection;

/** Memory that is only a list of what is committed, and may refuse. */
final class FakePages implements SlabSource {
  private record Piece(long bytes, PageProtection protection) {}

  private final Map<Long, Piece> committed = new HashMap<>();

  /** The pages that were taken out of slabs. */
  private final Set<Long> away = new HashSet<>();

  boolean refuses;
  int commits;

  /** The slabs that were to be made whole. */
  int wholes;

  /** Whether parts of slabs cannot go. */
  boolean indivisible;

  @Override
  public void map(long address, long bytes, PageProtection protection) {
    if (refuses) {
      throw new IllegalStateException("refused");
    }
    commits++;
    assertEquals(0, (address | bytes) % Pools.PAGE_BYTES, "whole pages");
    assertTrue(bytes > 0);
    for (var other : committed.entrySet()) {
      long apart = address - other.getKey();
      assertTrue(
          Long.compareUnsigned(apart, other.getValue().bytes) >= 0
              && Long.compareUnsigned(-apart, bytes) >= 0,
          "commits overlap");
    }
    committed.put(address, new Piece(bytes, protection));
  }

  @Override
  public boolean unmap(long address, long bytes, PageProtection protection) {
    assertEquals(new Piece(bytes, protection), committed.remove(address), "was not committed");
    forEachPage(address, bytes, away::remove);
    return true;
  }

  @Override
  public boolean decommit(long address, long bytes, PageProtection protection) {
    assertInside(address, bytes, protection);
    if (indivisible) {
      return false;
    }
    forEachPage(address, bytes, page -> assertTrue(away.add(page), "was taken out before"));
    return true;
  }

  @Override
  public void recommit(long address, long bytes, PageProtection protection) {
    if (refuses) {
      throw new IllegalStateException("refused");
    }
    assertInside(address, bytes, protection);
    forEachPage(address, bytes, page -> assertTrue(away.remove(page), "was not taken out"));
  }

  @Override
  public void collapse(long address, long bytes) {
    assertTrue(isThere(address, bytes), "all pages are there");
    wholes++;
  }

  private void assertInside(long address, long bytes, PageProtection protection) {
    assertEquals(0, (address | bytes) % Pools.PAGE_BYTES, "whole pages");
    assertTrue(bytes > 0);
    assertTrue(
        committed.entrySet().stream()
            .anyMatch(
                slab ->
                    slab.getValue().protection == protection
                        && Long.compareUnsigned(slab.getKey(), address) <= 0
                        && address - slab.getKey() + bytes <= slab.getValue().bytes),
        "not inside one slab");
  }

  private static void forEachPage(long address, long bytes, LongConsumer action) {
    for (long done = 0; done < bytes; done += Pools.PAGE_BYTES) {
      action.accept(address + done);
    }
  }

  /** Whether there is memory behind all of a span. */
  boolean isThere(long address, long bytes) {
    long first = address & -Pools.PAGE_BYTES;
    for (long page = first; page - address < bytes; page += Pools.PAGE_BYTES) {
      if (away.contains(page)) {
        return false;
      }
    }
    return true;
  }

  int pagesAway() {
    return away.size();
  }

  /** Checks that what is committed is exactly the slabs. */
  void check(List<SlabUse> slabs) {
    Map<Long, Piece> expected = new HashMap<>();
    for (SlabUse slab : slabs) {
      expected.put(slab.span().start(), new Piece(slab.span().bytes(), slab.protection()));
    }
    assertEquals(expected, committed);
    long withdrawn =
        slabs.stream().mapToLong(slab -> slab.span().bytes() - slab.committedBytes()).sum();
    assertEquals(withdrawn, away.size() * Pools.PAGE_BYTES, "pages taken out");
  }
}
