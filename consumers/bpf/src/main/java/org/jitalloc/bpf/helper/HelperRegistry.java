package org.jitalloc.bpf.helper;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
public final class HelperRegistry implements AutoCloseable {

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
  public void add(BpfHelper helper) {
    // Outside of the lock, and before anything changes: these may throw.
    add(helper, helper.id(), Objects.requireNonNull(helper.name(), "name"), false);
  }

  /**
   * Adds a helper whose number no other helper has.
   *
   * @throws IllegalArgumentException if one has it; nothing is added
   */
  public void addOnly(BpfHelper helper) {
    add(helper, helper.id(), Objects.requireNonNull(helper.name(), "name"), true);
  }

  private synchronized void add(BpfHelper helper, int id, String name, boolean only) {
    HelperSlot same = slots.get(id);
    if (only && same != null && !same.isEmpty()) {
      throw new IllegalArgumentException(
          "two helpers have the number %d: %s and %s".formatted(id, same.name(), name));
    }
    slots.computeIfAbsent(id, _ -> new HelperSlot(id, caller)).add(helper, name);
  }

  /** Removes a helper. */
  public synchronized void remove(BpfHelper helper) {
    for (HelperSlot slot : List.copyOf(slots.values())) {
      if (slot.remove(helper)) {
        dropIfUnused(slot);
        return;
      }
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

  /**
   * Takes helpers for a program. If this throws, none is taken.
   *
   * @param ids the helpers that the program calls by number
   * @param all whether the program calls helpers by register, and so takes all that there are
   * @param compiled whether the program needs the native functions
   * @return the helpers
   * @throws BpfLoadException if one of {@code ids} is not there
   */
  public synchronized HelperLease lease(Set<Integer> ids, boolean all, boolean compiled) {
    for (int id : ids) {
      HelperSlot slot = slots.get(id);
      if (slot == null || slot.isEmpty()) {
        throw new BpfLoadException(
            "helper %d was removed while the program was loaded".formatted(id));
      }
    }
    List<HelperSlot> taken =
        slots.values().stream()
            .filter(slot -> ids.contains(slot.id()) || all && !slot.isEmpty())
            .toList();
    for (HelperSlot slot : taken) {
      if (compiled && slot.upcall == null) {
        slot.upcall = allocator.upcall(FROM_CODE.bindTo(slot), SIGNATURE);
      }
    }
    taken.forEach(slot -> slot.users++);
    return new HelperLease(this, taken);
  }

  synchronized void release(List<HelperSlot> taken) {
    taken.forEach(slot -> slot.users--);
    try (var cleanup = new Cleanup()) {
      taken.forEach(slot -> cleanup.step(() -> dropIfUnused(slot)));
    }
  }

  /**
   * Frees all native functions. Called when no program is left. Runs that have begun keep their
   * helpers: a function is freed when no thread can be inside machine code that calls it.
   */
  @Override
  public synchronized void close() {
    List<HelperSlot> all = List.copyOf(slots.values());
    slots.clear();
    try (var cleanup = new Cleanup()) {
      all.forEach(slot -> cleanup.step(() -> closeUpcall(slot)));
    }
  }

  private void dropIfUnused(HelperSlot slot) {
    if (!slot.isEmpty() || slot.users > 0) {
      return;
    }
    slots.remove(slot.id(), slot);
    closeUpcall(slot);
  }

  private static void closeUpcall(HelperSlot slot) {
    Upcall upcall = slot.upcall;
    if (upcall != null) {
      slot.upcall = null;
      upcall.close();
    }
  }
}
