package org.jitalloc.modules;

import org.jspecify.annotations.Nullable;

/**
 * How a module is to be loaded.
 *
 * @param kernel what the kernel defines
 * @param allowMissing whether symbols that nobody defines get an address where nothing of them is,
 *     rather than end the load
 * @param keepInit whether what only initialisation needs stays in memory
 * @param observer is shown the module right after relocation, or null
 */
public record LoadOptions(
    SymbolMap kernel,
    boolean allowMissing,
    boolean keepInit,
    @Nullable RelocationObserver observer) {
  /** No symbols but those of other modules. */
  public static final LoadOptions DEFAULTS = new LoadOptions(SymbolMap.EMPTY, false, false, null);

  /**
   * The same with other symbols.
   *
   * @param newKernel what the kernel defines
   * @return the changed options
   */
  public LoadOptions withKernel(SymbolMap newKernel) {
    return new LoadOptions(newKernel, allowMissing, keepInit, observer);
  }

  /**
   * The same, with or without leave for symbols to be missing.
   *
   * @param newAllowMissing whether they may
   * @return the changed options
   */
  public LoadOptions withAllowMissing(boolean newAllowMissing) {
    return new LoadOptions(kernel, newAllowMissing, keepInit, observer);
  }

  /**
   * The same, with or without init memory after the load.
   *
   * @param newKeepInit whether it stays
   * @return the changed options
   */
  public LoadOptions withKeepInit(boolean newKeepInit) {
    return new LoadOptions(kernel, allowMissing, newKeepInit, observer);
  }

  /**
   * The same with another observer.
   *
   * @param newObserver is shown the module right after relocation
   * @return the changed options
   */
  public LoadOptions withObserver(RelocationObserver newObserver) {
    return new LoadOptions(kernel, allowMissing, keepInit, newObserver);
  }
}
