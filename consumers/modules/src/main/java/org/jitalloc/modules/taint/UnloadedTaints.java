package org.jitalloc.modules.taint;

import java.util.ArrayList;
import java.util.List;

/** Modules that are gone and left taints: what went wrong may be their doing still. Thread-safe. */
public final class UnloadedTaints {
  /** Guarded by this. */
  private final List<Entry> entries = new ArrayList<>();

  /**
   * A module that was unloaded.
   *
   * @param name the module's
   * @param taints it had the first time
   * @param times how often it was unloaded with one of these taints
   */
  public record Entry(String name, Taints taints, long times) {
    /** {@return as reports of the kernel's troubles have it: {@code name(OE):2}} */
    public String text() {
      return "%s(%s):%d".formatted(name, taints.letters(), times);
    }
  }

  /** Makes a list of nothing. */
  public UnloadedTaints() {}

  /**
   * A module was unloaded. One without taints is not noted. One that was noted before is counted
   * there, if it had one of these taints then: the others it brings are not added.
   *
   * @param name the module's
   * @param taints it had
   */
  public synchronized void unloaded(String name, Taints taints) {
    if (taints.bits() == 0) {
      return;
    }
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.name().equals(name) && (entry.taints().bits() & taints.bits()) != 0) {
        entries.set(i, new Entry(name, entry.taints(), entry.times() + 1));
        return;
      }
    }
    entries.add(new Entry(name, taints, 1));
  }

  /**
   * What was noted.
   *
   * @return in the order of first unloading
   */
  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }
}
