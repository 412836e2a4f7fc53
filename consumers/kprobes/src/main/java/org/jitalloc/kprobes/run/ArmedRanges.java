package org.jitalloc.kprobes.run;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import org.jitalloc.TextGuard;

/**
 * The text that detours execute copies of: only probes may poke it. Changed under the lock of
 * {@link LocalKprobes}; asked by any thread, without it.
 */
final class ArmedRanges implements TextGuard {
  /** No detour executes more bytes of text. */
  private static final int LONGEST = 64;

  private final BooleanSupplier isOwn;

  /** Lengths by address. */
  private final ConcurrentSkipListMap<Long, Integer> ranges =
      new ConcurrentSkipListMap<>(Long::compareUnsigned);

  /**
   * Creates it, without ranges.
   *
   * @param isOwn whether this thread pokes for the probes
   */
  ArmedRanges(BooleanSupplier isOwn) {
    this.isOwn = isOwn;
  }

  void put(long address, int bytes) {
    ranges.put(address, bytes);
  }

  void remove(long address) {
    ranges.remove(address);
  }

  @Override
  public Optional<String> refusal(long address, int bytes) {
    if (isOwn.getAsBoolean()) {
      return Optional.empty();
    }
    for (Map.Entry<Long, Integer> range :
        ranges.headMap(address + bytes - 1, true).descendingMap().entrySet()) {
      long start = range.getKey();
      if (address - start >= LONGEST) {
        break;
      }
      if (start + range.getValue() - address > 0) {
        return Optional.of(
            "cannot be poked: the probe at 0x%x executes a copy of the %d bytes there"
                .formatted(start, range.getValue()));
      }
    }
    return Optional.empty();
  }
}
