package org.jitalloc.modules;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a module is to be loaded.
 *
 * @param kernel what the kernel defines
 * @param allowMissing whether symbols that nobody defines get an address where nothing of them is,
 *     rather than end the load
 * @param keepInit whether what only initialisation needs stays in memory
 * @param cpuFeatures the numbers of the features of the processor that kernel modules are made to
 *     fit, as the kernel of its architecture numbers them; null to leave code as it is
 * @param observer is shown the module right after relocation, or null
 */
public record LoadOptions(
    SymbolMap kernel,
    boolean allowMissing,
    boolean keepInit,
    @Nullable Set<Integer> cpuFeatures,
    @Nullable RelocationObserver observer) {
  /** No symbols but those of other modules. */
  public static final LoadOptions DEFAULTS =
      new LoadOptions(SymbolMap.EMPTY, false, false, null, null);

  /**
   * The same with other symbols.
   *
   * @param newKernel what the kernel defines
   * @return the changed options
   */
  public LoadOptions withKernel(SymbolMap newKernel) {
    return new LoadOptions(newKernel, allowMissing, keepInit, cpuFeatures, observer);
  }

  /**
   * The same, with or without leave for symbols to be missing.
   *
   * @param newAllowMissing whether they may
   * @return the changed options
   */
  public LoadOptions withAllowMissing(boolean newAllowMissing) {
    return new LoadOptions(kernel, newAllowMissing, keepInit, cpuFeatures, observer);
  }

  /**
   * The same, with or without init memory after the load.
   *
   * @param newKeepInit whether it stays
   * @return the changed options
   */
  public LoadOptions withKeepInit(boolean newKeepInit) {
    return new LoadOptions(kernel, allowMissing, newKeepInit, cpuFeatures, observer);
  }

  /**
   * The same for another processor.
   *
   * @param newCpuFeatures the numbers of its features
   * @return the changed options
   */
  public LoadOptions withCpuFeatures(Set<Integer> newCpuFeatures) {
    return new LoadOptions(kernel, allowMissing, keepInit, Set.copyOf(newCpuFeatures), observer);
  }

  /**
   * The same with another observer.
   *
   * @param newObserver is shown the module right after relocation
   * @return the changed options
   */
  public LoadOptions withObserver(RelocationObserver newObserver) {
    return new LoadOptions(kernel, allowMissing, keepInit, cpuFeatures, newObserver);
  }
}
