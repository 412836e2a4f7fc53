package org.jitalloc.modules.objects;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.Purpose;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;

/**
 * Common symbols: variables of C without a value ({@code -fcommon}), which several objects may have
 * and all mean the same. Each gets as much memory as the object that wants most, unless one of the
 * objects defines it as something else. Fortran and old C have them.
 */
final class Commons {
  private static final long MOST_ALIGN_BYTES = 1 << 16;
  private static final long MOST_BYTES = 256L << 20;

  /** What objects want for one of them. */
  private record Wish(long bytes, long alignBytes) {
    Wish with(Wish other) {
      return new Wish(Math.max(bytes, other.bytes), Math.max(alignBytes, other.alignBytes));
    }
  }

  private final Map<String, Wish> wishes = new LinkedHashMap<>();

  /** Looks through an object. */
  void add(ElfObject object) {
    for (int i = 1; i < object.symbolCount(); i++) {
      if (object.symbolSection(i) == Elf.SHN_COMMON) {
        wishes.merge(object.symbolName(i), wish(object, i), Wish::with);
      }
    }
  }

  private static Wish wish(ElfObject object, int symbol) {
    long bytes = object.symbolBytes(symbol);
    long align = object.symbolValue(symbol);
    if (bytes < 0
        || bytes > MOST_BYTES
        || align <= 0
        || align > MOST_ALIGN_BYTES
        || Long.bitCount(align) != 1) {
      throw new ModuleException(
          Reason.MALFORMED,
          "common symbol %s: bytes=%d align=%d".formatted(object.symbolName(symbol), bytes, align));
    }
    return new Wish(bytes, align);
  }

  /** What an object defines itself needs no memory here. */
  void defined(String name) {
    wishes.remove(name);
  }

  /** Gives them memory, all zero. {@return their addresses} */
  Map<String, Long> place(ModuleMemory memory) {
    if (wishes.isEmpty()) {
      return Map.of();
    }
    Map<String, Long> offsets = new LinkedHashMap<>();
    long end = 0;
    for (Map.Entry<String, Wish> wish : wishes.entrySet()) {
      long start = end + wish.getValue().alignBytes() - 1 & -wish.getValue().alignBytes();
      offsets.put(wish.getKey(), start);
      end = start + wish.getValue().bytes();
      if (end > MOST_BYTES) {
        throw new ModuleException(
            Reason.NO_MEMORY, "common symbols take more than %d bytes".formatted(MOST_BYTES));
      }
    }
    List<Long> aligns = wishes.values().stream().map(Wish::alignBytes).toList();
    int bytes = (int) Math.max(1, end);
    JitMemory room =
        memory.allocate(
            new AllocationRequest(
                ModMemType.DATA, Purpose.MODULES, bytes, Collections.max(aligns), null));
    room.write(0, new byte[bytes]);
    offsets.replaceAll((_, offset) -> room.address() + offset);
    return offsets;
  }
}
