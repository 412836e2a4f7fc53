package org.jitalloc.modules.load;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jitalloc.modules.Export;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleState;
import org.jitalloc.modules.taint.Taint;
import org.jitalloc.modules.taint.Taints;
import org.jitalloc.modules.taint.UnloadedTaints;
import org.jspecify.annotations.Nullable;

/**
 * The modules of one target that are live: who exports what, who uses whom. One lock guards all of
 * it, as {@code module_mutex} does; it is held to look and to note, never while a module is read,
 * relocated or written. Who may have which name is decided before, by {@link
 * org.jitalloc.modules.duplicates.ModuleNames}.
 */
final class Registry {
  private final ReentrantLock lock = new ReentrantLock();

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

  <T> T under(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: keeps modules from going while a load uses them. */
  void pin(Set<RegisteredModule> used) {
    used.forEach(module -> pins.merge(module.name(), 1, Integer::sum));
  }

  /** Ends what {@link #pin} began. */
  void unpin(Set<RegisteredModule> used) {
    under(
        () -> {
          used.forEach(
              module -> pins.computeIfPresent(module.name(), (_, n) -> n == 1 ? null : n - 1));
          return used;
        });
  }

  /**
   * Makes a module and its exports known.
   *
   * @throws ModuleException ALREADY_EXPORTED if somebody else exports one; BUSY if nothing is
   *     loaded any more
   */
  void add(RegisteredModule module, Set<RegisteredModule> used, Taints broughtToKernel) {
    under(
        () -> {
          if (closed) {
            throw new ModuleException(Reason.BUSY, "the loader is closed");
          }
          for (Export export : module.exports()) {
            Export other = exports.get(export.name());
            if (other != null) {
              throw new ModuleException(
                  Reason.ALREADY_EXPORTED,
                  "%s exports %s, which %s does already"
                      .formatted(module.name(), export.name(), other.module()));
            }
          }
          module.exports().forEach(export -> exports.put(export.name(), export));
          module.use(used);
          modules.put(module.name(), module);
          taints = taints.with(broughtToKernel);
          module.memories().forEach(memory -> byMemory.put(memory.address(), module));
          return module;
        });
  }

  /**
   * Unloads a module. Does nothing if it is unloaded.
   *
   * @throws ModuleException IN_USE or BUSY
   */
  void unload(RegisteredModule module) {
    boolean mine =
        under(
            () -> {
              if (!module.equals(modules.get(module.name()))) {
                return false;
              }
              requireUnused(module);
              module.holder().advance(ModuleState.GOING);
              module.exports().forEach(export -> exports.remove(export.name()));
              module.release();
              modules.remove(module.name());
              module.memories().forEach(memory -> byMemory.remove(memory.address()));
              return true;
            });
    if (mine) {
      unloaded.unloaded(module.name(), module.taints());
      module.holder().advance(ModuleState.UNFORMED);
      module.formed().parameters().close();
      module.formed().memory().close();
      freePerCpu(module.formed().perCpuAddress());
      module.holder().close();
    }
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
    if (module.state() != ModuleState.LIVE) {
      throw new ModuleException(
          Reason.BUSY, "%s is %s".formatted(module.name(), module.state().text()));
    }
  }

  /** Unloads all modules, those that use others first, and lets no other in. */
  void close() {
    List<RegisteredModule> left =
        under(
            () -> {
              closed = true;
              return List.copyOf(modules.values());
            });
    left.reversed().forEach(this::unload);
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
