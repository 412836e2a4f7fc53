package org.jitalloc.modules.real;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Looks at the places of modules of one architecture. */
abstract class FittedPlaces {
  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();

  /** The processor that code is made to fit. */
  abstract Set<Integer> features();

  abstract void check(FittedModule module);

  final void require(boolean isRight, String kind, FittedModule module, long place, byte[] found) {
    counts.merge(kind, 1, Integer::sum);
    if (!isRight) {
      wrong.add(
          "%s: %s at 0x%x: %s".formatted(module, kind, place, HexFormat.of().formatHex(found)));
    }
  }

  final Map<String, Integer> counts() {
    return counts;
  }

  final List<String> wrong() {
    return wrong;
  }
}
