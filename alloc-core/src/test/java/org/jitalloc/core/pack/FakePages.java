package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.arch.PageProtection;

/** Memory that is only a list of what is committed, and may refuse. */
final class FakePages implements SlabSource {
  private record Piece(long bytes, PageProtection protection) {}

  private final Map<Long, Piece> committed = new HashMap<>();
  boolean refuses;
  int commits;

  @Override
  public void commit(long address, long bytes, PageProtection protection) {
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
  public boolean decommit(long address, long bytes, PageProtection protection) {
    assertEquals(new Piece(bytes, protection), committed.remove(address), "was not committed");
    return true;
  }

  /** Checks that what is committed is exactly the slabs. */
  void check(List<SlabUse> slabs) {
    Map<Long, Piece> expected = new HashMap<>();
    for (SlabUse slab : slabs) {
      expected.put(slab.span().start(), new Piece(slab.span().bytes(), slab.protection()));
    }
    assertEquals(expected, committed);
  }
}
