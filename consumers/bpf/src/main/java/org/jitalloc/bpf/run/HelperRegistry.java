package org.jitalloc.bpf.run;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jitalloc.JitAllocator;
import org.jitalloc.Upcall;
import org.jitalloc.bpf.BpfHelper;
import org.jitalloc.bpf.BpfLoadException;

/**
 * The helpers that there are, and the functions by which compiled code calls them. A function is
 * made when the first compiled program needs it, as that is slow, and kept until the helper and all
 * programs that use it are gone.
 */
final class HelperRegistry {

  private static final FunctionDescriptor SIGNATURE =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private static final MethodHandle FROM_CODE;

  static {
    try {
      FROM_CODE =
          MethodHandles.lookup()
              .findVirtual(HelperSlot.class, "fromCode", SIGNATURE.toMethodType());
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final JitAllocator allocator;
  private final ThreadLocal<RunStack> runs;

  /** Guarded by this. */
  private final SortedMap<Integer, HelperSlot> slots = new TreeMap<>();

  HelperRegistry(JitAllocator allocator, ThreadLocal<RunStack> runs) {
    this.allocator = allocator;
    this.runs = runs;
  }

  synchronized void add(BpfHelper helper) {
    slots.computeIfAbsent(helper.id(), id -> new HelperSlot(id, runs)).add(helper);
  }

  synchronized void remove(BpfHelper helper) {
    HelperSlot slot = slots.get(helper.id());
    if (slot != null) {
      slot.remove(helper);
      dropIfUnused(slot);
    }
  }

  synchronized Map<Integer, String> names() {
    SortedMap<Integer, String> names = new TreeMap<>();
    slots.forEach(
        (id, slot) -> {
          if (!slot.isEmpty()) {
            names.put(id, slot.name());
          }
        });
    return names;
  }

  /** Takes helpers for a program. If that fails, none is taken. */
  synchronized HelperLease lease(Set<Integer> ids, boolean compiled) {
    List<HelperSlot> taken = new ArrayList<>();
    for (int id : ids) {
      HelperSlot slot = slots.get(id);
      if (slot == null || slot.isEmpty()) {
        throw new BpfLoadException("helper %d went away while it was being loaded".formatted(id));
      }
      if (compiled && slot.upcall == null) {
        slot.upcall = allocator.upcall(FROM_CODE.bindTo(slot), SIGNATURE);
      }
      taken.add(slot);
    }
    taken.forEach(slot -> slot.users++);
    return new HelperLease(this, taken);
  }

  synchronized void release(List<HelperSlot> taken) {
    for (HelperSlot slot : taken) {
      slot.users--;
      dropIfUnused(slot);
    }
  }

  /** Takes all helpers away; to be called when no program is left. */
  synchronized void clear() {
    List.copyOf(slots.values())
        .forEach(
            slot -> {
              slot.clear();
              dropIfUnused(slot);
            });
  }

  private void dropIfUnused(HelperSlot slot) {
    if (!slot.isEmpty() || slot.users > 0) {
      return;
    }
    slots.remove(slot.id());
    Upcall upcall = slot.upcall;
    if (upcall != null) {
      slot.upcall = null;
      upcall.close();
    }
  }
}
