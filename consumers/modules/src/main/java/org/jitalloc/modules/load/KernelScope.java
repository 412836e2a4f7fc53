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
  private final Set<RegisteredModule> providers = new LinkedHashSet<>();

  /** Where symbols are said to be that may be missing. */
  private final long nowhere;

  KernelScope(LoadOptions options, Registry registry, long nowhere) {
    this.options = options;
    this.registry = registry;
    this.nowhere = options.kernel().lowestAddress().orElse(nowhere);
  }

  @Override
  public long find(String name, boolean weak) {
    OptionalLong known = options.kernel().find(name);
    if (known.isPresent()) {
      return known.getAsLong();
    }
    Export export = registry.export(name);
    if (export != null) {
      providers.add(registry.provider(export));
      return export.address();
    }
    if (weak) {
      return 0;
    }
    if (options.allowMissing()) {
      return nowhere;
    }
    throw new ModuleException(
        Reason.UNKNOWN_SYMBOL,
        "%s is defined neither in the kernel (%d symbols) nor in a loaded module"
            .formatted(name, options.kernel().count()));
  }

  /** {@return the modules whose exports were found} */
  Set<RegisteredModule> providers() {
    return providers;
  }
}
