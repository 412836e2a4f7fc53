package org.jitalloc.bpf.helper;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The helpers that one program may call. Their functions are kept until this is closed. */
public final class HelperLease implements AutoCloseable {

  private final HelperRegistry registry;
  private final HelperSlot[] slots;
  private final int[] ids;

  private final Map<Integer, Long> addresses = new HashMap<>();

  /** To be called under the monitor of the registry, which owns the functions. */
  HelperLease(HelperRegistry registry, List<HelperSlot> slots) {
    this.registry = registry;
    this.slots = slots.toArray(HelperSlot[]::new);
    Arrays.sort(this.slots, Comparator.comparingInt(HelperSlot::id));
    this.ids = Arrays.stream(this.slots).mapToInt(HelperSlot::id).toArray();
    for (HelperSlot slot : slots) {
      if (slot.upcall != null) {
        addresses.put(slot.id(), slot.upcall.address());
      }
    }
  }

  /** {@return the slot of a number; null if the program may not call that helper} */
  public @Nullable HelperSlot find(int id) {
    int at = Arrays.binarySearch(ids, id);
    return at < 0 ? null : slots[at];
  }

  /** {@return the addresses of the native functions by number} */
  public Map<Integer, Long> addresses() {
    return Map.copyOf(addresses);
  }

  @Override
  public void close() {
    registry.release(List.of(slots));
  }
}
