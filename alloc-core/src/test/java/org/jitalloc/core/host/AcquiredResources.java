package org.jitalloc.core.host;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The addresses, files and protection keys that a sequence of system calls has acquired. */
final class AcquiredResources {

  /** The mapped ranges: end address by first address. */
  private final TreeMap<Long, Long> mapped = new TreeMap<>();

  private final Set<Integer> files = new TreeSet<>();
  private final Set<Integer> keys = new TreeSet<>();

  /** Records a successful call. */
  void record(String call, Object[] args, Object result) {
    switch (call) {
      case "mmap" -> map((long) result, (long) args[1]);
      case "munmap" -> unmap((long) args[0], (long) args[1]);
      case "mremap" -> {
        unmap((long) args[0], (long) args[1]);
        map((long) args[3], (long) args[1]);
      }
      // A sealed range stays mapped on purpose.
      case "mseal" -> unmap((long) args[0], (long) args[1]);
      case "memfdCreate", "open" -> files.add((int) result);
      case "close" -> files.remove((int) args[0]);
      case "pkeyAlloc" -> keys.add((int) result);
      case "pkeyFree" -> keys.remove((int) args[0]);
      default -> {
        // Other calls acquire and release nothing.
      }
    }
  }

  private void map(long start, long bytes) {
    unmap(start, bytes);
    mapped.put(start, start + bytes);
  }

  private void unmap(long start, long bytes) {
    long end = start + bytes;
    Map.Entry<Long, Long> run = mapped.lowerEntry(end);
    while (run != null && run.getValue() > start) {
      mapped.remove(run.getKey());
      if (run.getKey() < start) {
        mapped.put(run.getKey(), start);
      }
      if (run.getValue() > end) {
        mapped.put(end, run.getValue());
      }
      run = mapped.lowerEntry(end);
      if (run != null && run.getValue() <= start) {
        break;
      }
    }
  }

  /** {@return whether everything is released, except ranges that stay mapped on purpose} */
  boolean isEmpty() {
    TrapSignal.permanent().forEach(this::unmap);
    return mapped.isEmpty() && files.isEmpty() && keys.isEmpty();
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    mapped.forEach((start, end) -> text.append("0x%x-0x%x ".formatted(start, end)));
    return text + "files=" + files + " keys=" + keys;
  }
}
