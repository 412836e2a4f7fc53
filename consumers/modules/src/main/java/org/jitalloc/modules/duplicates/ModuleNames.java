package org.jitalloc.modules.duplicates;

import static java.util.concurrent.CompletableFuture.completedFuture;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jitalloc.modules.ModuleState;
import org.jitalloc.modules.duplicates.NameAnswer.Free;
import org.jitalloc.modules.duplicates.NameAnswer.Taken;
import org.jitalloc.modules.stats.DuplicateStage;
import org.jitalloc.modules.stats.ModuleStats;

/**
 * Which module has which name. A load asks twice: when it has read the file and knows the name, so
 * that it need not allocate memory where there is a module already; and when its module is
 * allocated, to take the name. Both wait while another module of that name is loaded, and say then
 * how that went. Thread-safe.
 */
public final class ModuleNames {
  private final ModuleStats stats;

  /** Guarded by this. */
  private final Map<String, NameHolder> holders = new HashMap<>();

  /**
   * Makes a set in which each name is free.
   *
   * @param stats counts the loads that met another one
   */
  public ModuleNames(ModuleStats stats) {
    this.stats = stats;
  }

  /**
   * The early check: whether a module of this name may be loaded, as far as can be seen before its
   * memory is allocated.
   *
   * @param name a module's
   * @return free or taken; it completes when no module of that name is between two states
   */
  public CompletableFuture<NameAnswer> look(String name) {
    CompletableFuture<Void> settled;
    synchronized (this) {
      NameHolder holder = holders.get(name);
      if (holder == null) {
        return completedFuture(Free.FREE);
      }
      settled = settledFuture(holder);
    }
    return settled.thenApply(_ -> refuse(name, DuplicateStage.BECOMING));
  }

  /**
   * What can be seen of a module without asking to load it.
   *
   * @param name a module's
   * @return its state now; empty if there is none of that name
   */
  public synchronized Optional<ModuleState> state(String name) {
    return Optional.ofNullable(holders.get(name)).map(NameHolder::state);
  }

  /**
   * Takes the name, if it is free, for a module that is unformed so far.
   *
   * @param name a module's
   * @return the hold or why there is none; it completes when no module of that name is between two
   *     states
   */
  public CompletableFuture<NameAnswer> claim(String name) {
    CompletableFuture<Void> settled;
    synchronized (this) {
      NameHolder holder = holders.get(name);
      if (holder == null) {
        var own = new NameHolder(this, name);
        holders.put(name, own);
        return completedFuture(own);
      }
      settled = settledFuture(holder);
    }
    return settled.thenApply(_ -> refuse(name, DuplicateStage.LOAD));
  }

  private static CompletableFuture<Void> settledFuture(NameHolder holder) {
    // A copy, so that only the holder can complete it.
    return holder.settled().copy();
  }

  private NameAnswer refuse(String name, DuplicateStage stage) {
    NameHolder now;
    synchronized (this) {
      now = holders.get(name);
    }
    stats.duplicate(name, stage);
    return now != null && now.state() == ModuleState.LIVE ? Taken.EXISTS : Taken.BUSY;
  }

  void advance(NameHolder holder, ModuleState next) {
    CompletableFuture<Void> settled;
    synchronized (this) {
      if (holders.get(holder.name()) != holder) {
        throw new IllegalStateException(
            "module %s gave its name back and cannot become %s".formatted(holder.name(), next));
      }
      settled = holder.enter(next);
    }
    if (next.isSettled()) {
      settled.complete(null);
    }
  }

  void remove(NameHolder holder) {
    CompletableFuture<Void> settled;
    synchronized (this) {
      if (!holders.remove(holder.name(), holder)) {
        return;
      }
      settled = holder.settled();
    }
    settled.complete(null);
  }
}
