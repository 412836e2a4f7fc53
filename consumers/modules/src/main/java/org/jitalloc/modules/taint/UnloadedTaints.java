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
  public record Entry(String name, Taints taints, long times) {}

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

  /**
   * The text of the debugfs file {@code modules/unloaded_tainted_modules}.
   *
   * @return a line for each
   */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Entry entry : entries()) {
      text.append("%s (%s) %d\n".formatted(entry.name(), entry.taints().letters(), entry.times()));
    }
    return text.toString();
  }

  /**
   * What reports of the kernel's troubles print after the modules that are loaded.
   *
   * @return as {@code a(OE):2 b(P):1}, each with a blank before it; may be empty
   */
  public String report() {
    StringBuilder text = new StringBuilder();
    for (Entry entry : entries()) {
      text.append(" %s(%s):%d".formatted(entry.name(), entry.taints().letters(), entry.times()));
    }
    return text.toString();
  }
}
