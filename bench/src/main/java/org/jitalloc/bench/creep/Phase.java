package org.jitalloc.bench.creep;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jitalloc.bench.trace.TraceKind;

/**
 * A phase with one mix of sizes.
 *
 * @param name its name, by the most frequent size
 * @param live the number of live allocations
 * @param tiny the percentage of sizes from 16 to 128 B
 * @param code the percentage of small code, around 330 B
 * @param page the percentage of sizes from 2 to 8 KiB
 * @param section the percentage of sections of modules, around 11 KB, up to 2 MiB
 */
record Phase(String name, int live, int tiny, int code, int page, int section) {

  /**
   * One round. The sizes of a phase fit badly into the holes that the phase before leaves: small
   * into scattered large holes, large between scattered small allocations.
   */
  static final List<Phase> ROUND =
      List.of(
          new Phase("code", 20_000, 0, 100, 0, 0),
          new Phase("tiny", 10_000, 50, 40, 10, 0),
          new Phase("sections", 4_000, 0, 0, 40, 60),
          new Phase("mixed", 20_000, 30, 50, 15, 5),
          new Phase("pages", 8_000, 0, 0, 100, 0));

  Phase {
    if (tiny + code + page + section != 100) {
      throw new IllegalArgumentException("parts of a hundred that are not a hundred");
    }
  }

  int draw(RandomGenerator random) {
    int luck = random.nextInt(100);
    if (luck < tiny) {
      return random.nextInt(16, 129);
    }
    if (luck < tiny + code) {
      return TraceKind.JIT.sizes().draw(random);
    }
    if (luck < tiny + code + page) {
      return random.nextInt(2 << 10, (8 << 10) + 1);
    }
    return TraceKind.MOD.sizes().draw(random);
  }
}
