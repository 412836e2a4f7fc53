package org.jitalloc.kmod.autoload;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jitalloc.kmod.depmod.Depmod;
import org.jitalloc.kmod.depmod.ModuleFile;
import org.jitalloc.kmod.depmod.Resolution;
import org.jitalloc.kmod.depmod.Resolver;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.ModuleState;
import org.jspecify.annotations.Nullable;

/**
 * Loads modules as {@code modprobe} does, in this process: resolves a request, and loads the
 * modules that are not live. Thread-safe.
 */
final class FolderHelper implements ModuleHelper {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int FAILURES_KEPT = 256;

  private final ModuleLoader loader;
  private final Executor executor;
  private volatile @Nullable Source source;

  /**
   * The reasons of the newest failures by name, the newest last; guarded by itself. Not a cache of
   * Caffeine's: that evicts what it expects to be used least, which may be the newest failure.
   */
  private final Map<String, String> failures = new LinkedHashMap<>();

  private record Source(Path folder, Resolver resolver, LoadOptions options) {}

  FolderHelper(ModuleLoader loader, Executor executor) {
    this.loader = loader;
    this.executor = executor;
  }

  void use(Path folder, LoadOptions options) {
    source = new Source(folder, new Resolver(Depmod.scan(folder)), options);
  }

  Optional<String> failure(String name) {
    synchronized (failures) {
      return Optional.ofNullable(failures.get(name));
    }
  }

  @Override
  public CompletionStage<Integer> start(ModprobeCall call) {
    return CompletableFuture.supplyAsync(() -> run(call.name()), executor);
  }

  private int run(String name) {
    try {
      load(name);
      note(name, null);
      return DONE;
    } catch (RuntimeException | Error failure) {
      note(
          name,
          failure instanceof Error ? failure.toString() : String.valueOf(failure.getMessage()));
      return FAILED;
    }
  }

  private void note(String name, @Nullable String why) {
    synchronized (failures) {
      failures.remove(name);
      if (why != null) {
        failures.put(name, why);
        if (failures.size() > FAILURES_KEPT) {
          Iterator<String> oldest = failures.keySet().iterator();
          oldest.next();
          oldest.remove();
        }
      }
    }
  }

  private void load(String name) {
    Source from = source;
    if (from == null) {
      throw new ModuleException(Reason.UNREADABLE, "no folder of modules is set for requests");
    }
    switch (from.resolver().resolve(name)) {
      case Resolution.BuiltIn _ -> {}
      case Resolution.Unknown _ ->
          throw new ModuleException(
              Reason.NOT_LOADED, "no module or alias in %s is %s".formatted(from.folder(), name));
      case Resolution.Load(List<ModuleFile> files) ->
          load(files, from.resolver().named(name), from);
    }
  }

  /** A soft dependency may fail; a dependency that fails makes the load fail. */
  private void load(List<ModuleFile> files, Set<String> wanted, Source from) {
    List<String> before = new ArrayList<>();
    for (ModuleFile file : files) {
      try {
        load(file, from);
      } catch (ModuleException failure) {
        if (wanted.contains(file.name())) {
          before.addFirst(failure.detail());
          throw new ModuleException(
              failure.reason(), String.join("; before that ", before), failure);
        }

        before.add(String.valueOf(failure.getMessage()));
      }
    }
  }

  private void load(ModuleFile file, Source from) {
    if (loader.module(file.name()).map(LoadedModule::state).orElse(null) == ModuleState.LIVE) {
      return;
    }
    try {
      loader.load(from.folder().resolve(file.path()), from.options());
    } catch (ModuleException failure) {
      // A concurrent load was faster.
      if (failure.reason() != Reason.ALREADY_LOADED) {
        throw failure;
      }
    }
  }
}
