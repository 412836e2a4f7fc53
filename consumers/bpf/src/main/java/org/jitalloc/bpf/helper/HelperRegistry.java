package org.jitalloc.bpf.helper;

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
 * The helpers by number, and the native functions through which compiled code calls them. A
 * function is created when the first compiled program needs it, because creation is slow. It is
 * freed when the helper is removed and no program uses it.
 */
public final class HelperRegistry {

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
  private final HelperCaller caller;

  /** Guarded by this. */
  private final SortedMap<Integer, HelperSlot> slots = new TreeMap<>();

  /**
   * Makes a registry without helpers.
   *
   * @param allocator allocates the native functions
   * @param caller is called by compiled code
   */
  public HelperRegistry(JitAllocator allocator, HelperCaller caller) {
    this.allocator = allocator;
    this.caller = caller;
  }

  /** Adds a helper behind those that have the same number. */
  public synchronized void add(BpfHelper helper) {
    slots.computeIfAbsent(helper.id(), id -> new HelperSlot(id, caller)).add(helper);
  }

  /** Removes a helper. */
  public synchronized void remove(BpfHelper helper) {
    HelperSlot slot = slots.get(helper.id());
    if (slot != null) {
      slot.remove(helper);
      dropIfUnused(slot);
    }
  }

  /** {@return the names of the helpers by number, ascending} */
  public synchronized Map<Integer, String> names() {
    SortedMap<Integer, String> names = new TreeMap<>();
    slots.forEach(
        (id, slot) -> {
          if (!slot.isEmpty()) {
            names.put(id, slot.name());
          }
        });
    return names;
  }

  /** Takes helpers for a program. If this throws, none is taken. */
  public synchronized HelperLease lease(Set<Integer> ids, boolean compiled) {
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

  /** Removes all helpers. Called when no program is left. */
  public synchronized void clear() {
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
