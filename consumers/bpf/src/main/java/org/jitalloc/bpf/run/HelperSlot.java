package org.jitalloc.bpf.run;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jitalloc.Upcall;
import org.jitalloc.bpf.BpfHelper;
import org.jspecify.annotations.Nullable;

/**
 * The place of a helper number: what programs call, whichever service stands behind it at the
 * moment. What is not volatile is guarded by the registry.
 */
final class HelperSlot {

  private final int id;
  private final ThreadLocal<RunStack> runs;
  private final List<BpfHelper> candidates = new CopyOnWriteArrayList<>();
  private volatile String name = "";

  int users;
  @Nullable Upcall upcall;

  HelperSlot(int id, ThreadLocal<RunStack> runs) {
    this.id = id;
    this.runs = runs;
  }

  int id() {
    return id;
  }

  /** The name of the helper, even when it is gone. */
  String name() {
    return name;
  }

  void add(BpfHelper helper) {
    candidates.add(helper);
    name = candidates.getFirst().name();
  }

  void remove(BpfHelper helper) {
    candidates.remove(helper);
    if (!candidates.isEmpty()) {
      name = candidates.getFirst().name();
    }
  }

  void clear() {
    candidates.clear();
  }

  boolean isEmpty() {
    return candidates.isEmpty();
  }

  /** The helper that counts. */
  BpfHelper helper() {
    for (BpfHelper candidate : candidates) {
      return candidate;
    }
    throw new IllegalStateException(
        "helper %d (%s) is gone: its service was taken away after the program was loaded"
            .formatted(id, name));
  }

  /** What compiled code calls. */
  long fromCode(long r1, long r2, long r3, long r4, long r5) {
    return runs.get().current().callFromCode(this, r1, r2, r3, r4, r5);
  }
}
