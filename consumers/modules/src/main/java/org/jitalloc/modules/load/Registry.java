package org.jitalloc.modules.load;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jitalloc.modules.Export;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleState;
import org.jitalloc.modules.load.ModuleLifecycle.Unload;
import org.jitalloc.modules.taint.Taint;
import org.jitalloc.modules.taint.Taints;
import org.jitalloc.modules.taint.UnloadedTaints;
import org.jspecify.annotations.Nullable;

/**
 * The modules of one target from when they are coming until they are gone: exports and uses. One
 * lock guards all of it, as {@code module_mutex} does; it is held to look and to note, never while
 * a module is read, relocated or written, or a function of one runs. Who may have which name is
 * decided before, by {@link org.jitalloc.modules.duplicates.ModuleNames}, whose monitor may be
 * taken under the lock.
 */
final class Registry {
  private final ReentrantLock lock = new ReentrantLock();

  /** Signalled when a module got further, or is not used by a load any more. */
  private final Condition changed = lock.newCondition();

  /** How long one waits for modules that come or go. */
  private final Duration patience;

  /** By name, in the order of loading. */
  private final Map<String, RegisteredModule> modules = new LinkedHashMap<>();

  /** By the address of each of their memories; read without the lock. */
  private final Map<Long, RegisteredModule> byMemory = new ConcurrentHashMap<>();

  private final Map<String, Export> exports = new HashMap<>();

  /**
   * How many loads that go on use each module; a module goes only when there are none. A load
   * becomes a user when it is over.
   */
  private final Map<String, Integer> pins = new HashMap<>();

  private @Nullable PerCpuArea perCpu;
  private boolean closed;
  private Taints taints = Taints.NONE;
  private final UnloadedTaints unloaded = new UnloadedTaints();

  Registry(Duration patience) {
    this.patience = patience;
  }

  <T extends @Nullable Object> T under(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: keeps a module from going while a load uses it. */
  void pin(RegisteredModule used) {
    pins.merge(used.name(), 1, Integer::sum);
  }

  /** Ends what {@link #pin} began. */
  void unpin(Set<RegisteredModule> used) {
    under(
        () -> {
          used.forEach(
              module -> pins.computeIfPresent(module.name(), (_, n) -> n == 1 ? null : n - 1));
          changed.signalAll();
          return used;
        });
  }

  /**
   * Makes a module and its exports known, as one that is coming.
   *
   * @throws ModuleException ALREADY_EXPORTED if another module exports one; BUSY if nothing is
   *     loaded any more
   */
  void enter(RegisteredModule module, Set<RegisteredModule> used, Taints broughtToKernel) {
    under(
        () -> {
          requireOpen();
          for (Export export : module.exports()) {
            Export other = exports.get(export.name());
            if (other != null) {
              throw new ModuleException(
                  Reason.ALREADY_EXPORTED,
                  "%s exports %s, which %s does already"
                      .formatted(module.name(), export.name(), other.module()));
            }
          }
          try {
            module.exports().forEach(export -> exports.put(export.name(), export));
            module.use(used);
            modules.put(module.name(), module);
            module.starts().forEach(start -> byMemory.put(start, module));
            module.holder().advance(ModuleState.COMING);
          } catch (RuntimeException | Error failure) {
            CleanUp.after(failure, () -> forget(module));
            throw failure;
          }
          taints = taints.with(broughtToKernel);
          return module;
        });
  }

  private void requireOpen() {
    if (closed) {
      throw new ModuleException(Reason.BUSY, "the loader is closed");
    }
  }

  /**
   * A module that was coming is live.
   *
   * @throws ModuleException BUSY if nothing is loaded any more
   */
  void live(RegisteredModule module) {
    under(
        () -> {
          requireOpen();
          return advance(module, ModuleState.LIVE);
        });
  }

  /** A module that was coming failed. */
  void going(RegisteredModule module) {
    under(() -> advance(module, ModuleState.GOING));
  }

  private RegisteredModule advance(RegisteredModule module, ModuleState next) {
    module.holder().advance(next);
    changed.signalAll();
    return module;
  }

  /** Ends the load of a module that is live: from now on it may be unloaded. */
  void loaded(RegisteredModule module, boolean keepInit) {
    CleanUp.all(
        () -> {
          if (!keepInit) {
            module.memories().stream()
                .filter(memory -> memory.type().isInit())
                .forEach(memory -> byMemory.remove(memory.address(), module));
            module.formed().memory().initDone();
          }
        },
        () ->
            under(
                () -> {
                  module.endLoad();
                  changed.signalAll();
                  return module;
                }));
  }

  /** Forgets a module that is going. */
  void leave(RegisteredModule module) {
    under(
        () -> {
          forget(module);
          return module;
        });
  }

  private void forget(RegisteredModule module) {
    module.exports().forEach(export -> exports.remove(export.name(), export));
    module.release();
    modules.remove(module.name(), module);
    module.starts().forEach(start -> byMemory.remove(start, module));
    changed.signalAll();
  }

  /**
   * Begins to unload a module: no thread can pin it any more.
   *
   * @return whether there is something to unload; if not, it was unloaded before
   * @throws ModuleException IN_USE or BUSY
   */
  boolean beginUnload(RegisteredModule module, Unload why) {
    return under(
        () -> {
          if (!module.equals(modules.get(module.name()))) {
            return false;
          }
          requireUnused(module);
          if (module.facts().isPermanent() && why != Unload.CLOSING) {
            requireForce(module, why);
          }
          unloaded.unloaded(module.name(), module.taints());
          advance(module, ModuleState.GOING);
          return true;
        });
  }

  private void requireUnused(RegisteredModule module) {
    if (!module.usersNow().isEmpty()) {
      throw new ModuleException(
          Reason.IN_USE,
          "%s is used by %s".formatted(module.name(), String.join(", ", module.usersNow())));
    }
    if (pins.containsKey(module.name())) {
      throw new ModuleException(
          Reason.IN_USE, "%s is used by a module that is being loaded".formatted(module.name()));
    }
    if (module.state() != ModuleState.LIVE || !module.isLoaded()) {
      throw new ModuleException(
          Reason.BUSY,
          "%s is %s"
              .formatted(
                  module.name(),
                  module.state() == ModuleState.GOING
                      ? ModuleState.GOING.text()
                      : ModuleState.COMING.text()));
    }
  }

  private void requireForce(RegisteredModule module, Unload why) {
    if (why != Unload.FORCED) {
      throw new ModuleException(
          Reason.BUSY,
          "%s is permanent: it has init_module but no cleanup_module, so it goes only by force"
              .formatted(module.name()));
    }
    taints = taints.with(Taint.FORCED_UNLOAD);
  }

  /**
   * Under the lock, which others have meanwhile: waits until a module that is coming is live or
   * going. It may be neither that is there afterwards.
   *
   * @throws ModuleException BUSY if that takes too long; INTERRUPTED
   */
  void awaitSettled(RegisteredModule module) {
    if (module.state() == ModuleState.COMING && module.isLoadedByThisThread()) {
      throw new ModuleException(
          Reason.BUSY,
          "init of module %s goes on in this thread, which would wait for itself"
              .formatted(module.name()));
    }
    if (!await(() -> module.state() != ModuleState.COMING)) {
      throw new ModuleException(
          Reason.BUSY,
          "gave up waiting for init of module %s after %s".formatted(module.name(), patience));
    }
  }

  /** Under the lock. {@return whether it became true before patience ended} */
  private boolean await(BooleanSupplier condition) {
    long left = patience.toNanos();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ModuleException(
          Reason.INTERRUPTED, "while a module comes or goes in another thread", interrupted);
    }
  }

  /**
   * Lets no other module in, and waits for what comes or goes in other threads.
   *
   * @return the modules that are left, in the order of loading
   */
  List<RegisteredModule> close() {
    return under(
        () -> {
          closed = true;
          if (!await(() -> pins.isEmpty() && modules.values().stream().allMatch(Registry::rests))) {
            System.getLogger(Registry.class.getName())
                .log(
                    System.Logger.Level.WARNING,
                    "modules come or go still after {0}: {1}",
                    patience,
                    modules.keySet());
          }
          return List.copyOf(modules.values());
        });
  }

  private static boolean rests(RegisteredModule module) {
    return module.state() == ModuleState.LIVE && module.isLoaded();
  }

  /** Under the lock: finds what is exported. */
  @Nullable Export export(String name) {
    return exports.get(name);
  }

  /** Under the lock. */
  RegisteredModule provider(Export export) {
    RegisteredModule provider = modules.get(export.module());
    if (provider == null) {
      throw new IllegalStateException("exported by a module that is not there: " + export);
    }
    return provider;
  }

  List<LoadedModule> modules() {
    return under(() -> List.copyOf(modules.values()));
  }

  @Nullable LoadedModule module(String name) {
    return under(() -> modules.get(name));
  }

  Taints taints() {
    return under(() -> taints);
  }

  void unsafeParameterSet() {
    under(() -> taints = taints.with(Taint.USER));
  }

  UnloadedTaints unloadedTaints() {
    return unloaded;
  }

  /** Finds the module whose memory starts at an address. */
  @Nullable LoadedModule moduleAt(long start) {
    return byMemory.get(start);
  }

  /** Gives per-CPU variables addresses; the first ask decides where these begin. */
  long allocatePerCpu(long base, long bytes, long alignBytes) {
    return under(
        () -> {
          PerCpuArea area = perCpu;
          if (area == null) {
            area = new PerCpuArea(base);
            perCpu = area;
          }
          return area.allocate(bytes, alignBytes);
        });
  }

  void freePerCpu(long address) {
    under(
        () -> {
          if (perCpu != null) {
            perCpu.free(address);
          }
          return address;
        });
  }
}
