package org.jitalloc.modules.load;

import java.util.OptionalLong;
import java.util.Set;
import org.jitalloc.modules.Export;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel defines, and after that what its modules export. The registry's lock is held to
 * look at one symbol, and given away while a module is waited for; modules are pinned as they are
 * found.
 */
final class KernelScope implements SymbolScope {
  private final LoadOptions options;
  private final Registry registry;
  private final ImportRules rules;

  /** Gets the modules whose exports were found, pinned. */
  private final Set<RegisteredModule> providers;

  /** Where symbols are said to be that may be missing. */
  private final long nowhere;

  /** Whether code runs: then nothing may be missing, for what is there instead would be called. */
  private final boolean runs;

  KernelScope(
      LoadOptions options,
      Registry registry,
      ImportRules rules,
      Set<RegisteredModule> providers,
      long nowhere,
      boolean runs) {
    this.providers = providers;
    this.options = options;
    this.registry = registry;
    this.rules = rules;
    this.runs = runs;
    this.nowhere = options.kernel().lowestAddress().orElse(nowhere);
  }

  @Override
  public long find(String name, boolean weak) {
    OptionalLong known = options.kernel().find(name);
    if (known.isPresent() && options.exports().mayUse(name)) {
      options.exports().find(name).ifPresent(entry -> rules.use(name, entry));
      return known.getAsLong();
    }
    Export export = registry.under(() -> use(name));
    if (export != null) {
      return export.address();
    }
    if (weak) {
      return 0;
    }
    if (options.allowMissing() && !runs) {
      return nowhere;
    }
    if (known.isPresent()) {
      throw new ModuleException(
          Reason.UNKNOWN_SYMBOL,
          "%s is in the kernel, which does not export it to modules (%d exports)"
              .formatted(name, options.exports().size()));
    }
    throw new ModuleException(
        Reason.UNKNOWN_SYMBOL,
        "%s is defined neither in the kernel (%d symbols) nor in a loaded module%s"
            .formatted(
                name,
                options.kernel().count(),
                options.allowMissing() ? "; it may be missing only where nothing runs" : ""));
  }

  /** Under the lock: finds what a module exports, and keeps it from going. */
  private @Nullable Export use(String name) {
    Export export = exported(name);
    if (export != null) {
      RegisteredModule provider = registry.provider(export);
      rules.use(export, provider.taints());
      if (providers.add(provider)) {
        registry.pin(provider);
      }
    }
    return export;
  }

  /** What a live module exports; one that is coming is waited for. */
  private @Nullable Export exported(String name) {
    for (Export export = registry.export(name); export != null; export = registry.export(name)) {
      RegisteredModule provider = registry.provider(export);
      switch (provider.state()) {
        case LIVE -> {
          return export;
        }
        case COMING -> registry.awaitSettled(provider);
        case GOING, UNFORMED -> {
          return null;
        }
      }
    }
    return null;
  }
}
