package org.jitalloc.bpf.helper;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jitalloc.Upcall;
import org.jitalloc.bpf.BpfHelper;
import org.jspecify.annotations.Nullable;

/**
 * What programs call by one helper number. The first of its helpers is the one that is called.
 * Fields that are not volatile are guarded by the registry.
 */
public final class HelperSlot {

  private final int id;
  private final HelperCaller caller;
  private final List<Candidate> candidates = new CopyOnWriteArrayList<>();
  private volatile String name = "";

  /** A helper with the name that it had when it was added. */
  private record Candidate(BpfHelper helper, String name) {}

  int users;
  @Nullable Upcall upcall;

  HelperSlot(int id, HelperCaller caller) {
    this.id = id;
    this.caller = caller;
  }

  /** {@return the number} */
  public int id() {
    return id;
  }

  /** {@return the name of the helper; kept when the helper is removed} */
  public String name() {
    return name;
  }

  void add(BpfHelper helper, String helperName) {
    candidates.add(new Candidate(helper, helperName));
    name = candidates.getFirst().name();
  }

  /** {@return whether the helper was there; a service is itself, whatever it says it equals} */
  @SuppressWarnings("ReferenceEquality")
  boolean remove(BpfHelper helper) {
    for (Candidate candidate : candidates) {
      if (candidate.helper() == helper) {
        candidates.remove(candidate);
        if (!candidates.isEmpty()) {
          name = candidates.getFirst().name();
        }
        return true;
      }
    }
    return false;
  }

  boolean isEmpty() {
    return candidates.isEmpty();
  }

  /**
   * {@return the helper that is called now}
   *
   * @throws IllegalStateException if the helper was removed
   */
  public BpfHelper helper() {
    for (Candidate candidate : candidates) {
      return candidate.helper();
    }
    throw new IllegalStateException(
        "helper %d (%s) is gone: its service was taken away after the program was loaded"
            .formatted(id, name));
  }

  /** The entry for compiled code. */
  long fromCode(long r1, long r2, long r3, long r4, long r5) {
    return caller.call(this, r1, r2, r3, r4, r5);
  }
}
