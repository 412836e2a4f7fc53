package org.jitalloc.modules.load;

import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jitalloc.modules.Export;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;

/** What a kernel defines, and after that what its modules export. Under the registry's lock. */
final class KernelScope implements SymbolScope {
  private final LoadOptions options;
  private final Registry registry;
  private final ImportRules rules;
  private final Set<RegisteredModule> providers = new LinkedHashSet<>();

  /** Where symbols are said to be that may be missing. */
  private final long nowhere;

  /** Whether code runs: then nothing may be missing, for what is there instead would be called. */
  private final boolean runs;

  KernelScope(
      LoadOptions options, Registry registry, ImportRules rules, long nowhere, boolean runs) {
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
    Export export = registry.export(name);
    if (export != null) {
      RegisteredModule provider = registry.provider(export);
      rules.use(export, provider.taints());
      providers.add(provider);
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

  /** {@return the modules whose exports were found} */
  Set<RegisteredModule> providers() {
    return providers;
  }
}
