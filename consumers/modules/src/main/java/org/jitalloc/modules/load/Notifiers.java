package org.jitalloc.modules.load;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleNotifier;

/** The notifiers of modules, in the order of their priorities. Thread-safe. */
public final class Notifiers {
  private static final System.Logger LOG = System.getLogger(Notifiers.class.getName());

  /** Replaced, never changed. */
  private volatile List<Entry> entries = List.of();

  private record Entry(ModuleNotifier notifier, int priority) {}

  /** Makes an empty list. */
  public Notifiers() {}

  /**
   * Adds one.
   *
   * @param notifier is told from now on
   * @param priority those of a higher one are told first
   */
  public synchronized void add(ModuleNotifier notifier, int priority) {
    List<Entry> more = new ArrayList<>(entries);
    more.add(new Entry(notifier, priority));
    more.sort(Comparator.comparing(Entry::priority).reversed());
    entries = List.copyOf(more);
  }

  /**
   * Removes one.
   *
   * @param notifier is told no more
   */
  public synchronized void remove(ModuleNotifier notifier) {
    entries = entries.stream().filter(entry -> !entry.notifier().equals(notifier)).toList();
  }

  /**
   * Tells all that a module is coming; if one refuses it, tells those before that it goes.
   *
   * @throws ModuleException if one refuses it
   */
  void coming(LoadedModule module) {
    List<Entry> told = new ArrayList<>();
    for (Entry entry : entries) {
      try {
        entry.notifier().coming(module);
      } catch (ModuleException | Error refused) {
        tell(told, module, ModuleNotifier::going);
        throw refused;
      } catch (RuntimeException refused) {
        tell(told, module, ModuleNotifier::going);
        throw new ModuleException(
            Reason.REFUSED,
            "%s is refused by %s: %s".formatted(module.name(), entry.notifier(), refused),
            refused);
      }
      told.add(entry);
    }
  }

  void live(LoadedModule module) {
    tell(entries, module, ModuleNotifier::live);
  }

  void going(LoadedModule module) {
    tell(entries, module, ModuleNotifier::going);
  }

  private static void tell(
      List<Entry> told, LoadedModule module, BiConsumer<ModuleNotifier, LoadedModule> what) {
    for (Entry entry : told) {
      try {
        what.accept(entry.notifier(), module);
      } catch (RuntimeException | Error failure) {
        // The module comes or goes all the same, and the other notifiers have to hear of it.
        LOG.log(
            System.Logger.Level.WARNING,
            () -> "%s, told of module %s".formatted(entry.notifier(), module.name()),
            failure);
      }
    }
  }
}
