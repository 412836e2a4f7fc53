package org.jitalloc.modules;

import java.util.Set;
import org.jitalloc.modules.access.KernelExports;
import org.jspecify.annotations.Nullable;

/**
 * How a module is to be loaded.
 *
 * @param kernel what the kernel defines
 * @param exports what of that modules may use, and in which version; {@link KernelExports#UNKNOWN}
 *     if that is not known, so that they may use all
 * @param forced whether kernel modules are loaded although they do not tell, or are not asked,
 *     which kernel and which versions of symbols they are for; that is a taint
 * @param parameters values for the parameters of a kernel module, as {@code debug=1 mode="a b"}
 * @param allowMissing whether symbols that nobody defines get an address where nothing of them is,
 *     rather than end the load; in a process, whose code would run into that, none may
 * @param keepInit whether what only initialisation needs stays in memory
 * @param cpuFeatures the numbers of the features of the processor that kernel modules are made to
 *     fit, and of the faults of it that they work around, as the kernel of its architecture numbers
 *     them; null to leave code as it is
 * @param listFixups whether the places whose code depends on the processor are kept in {@link
 *     LoadedModule#fixups}; a large driver has thousands
 * @param observer is shown the module right after relocation, or null
 */
public record LoadOptions(
    SymbolMap kernel,
    KernelExports exports,
    boolean forced,
    String parameters,
    boolean allowMissing,
    boolean keepInit,
    @Nullable Set<Integer> cpuFeatures,
    boolean listFixups,
    @Nullable RelocationObserver observer) {
  /** Copies the set. */
  public LoadOptions {
    cpuFeatures = cpuFeatures == null ? null : Set.copyOf(cpuFeatures);
  }

  /** No symbols but those of other modules. */
  public static final LoadOptions DEFAULTS =
      new LoadOptions(
          SymbolMap.EMPTY, KernelExports.UNKNOWN, false, "", false, false, null, false, null);

  /**
   * The same with other symbols.
   *
   * @param newKernel what the kernel defines
   * @return the changed options
   */
  public LoadOptions withKernel(SymbolMap newKernel) {
    return new LoadOptions(
        newKernel,
        exports,
        forced,
        parameters,
        allowMissing,
        keepInit,
        cpuFeatures,
        listFixups,
        observer);
  }

  /**
   * The same where only some of the kernel's symbols may be used.
   *
   * @param newExports those that may
   * @return the changed options
   */
  public LoadOptions withExports(KernelExports newExports) {
    return new LoadOptions(
        kernel,
        newExports,
        forced,
        parameters,
        allowMissing,
        keepInit,
        cpuFeatures,
        listFixups,
        observer);
  }

  /**
   * The same, by force or not.
   *
   * @param newForced whether by force
   * @return the changed options
   */
  public LoadOptions withForced(boolean newForced) {
    return new LoadOptions(
        kernel,
        exports,
        newForced,
        parameters,
        allowMissing,
        keepInit,
        cpuFeatures,
        listFixups,
        observer);
  }

  /**
   * The same with other values of parameters.
   *
   * @param newParameters as {@code debug=1 mode="a b"}
   * @return the changed options
   */
  public LoadOptions withParameters(String newParameters) {
    return new LoadOptions(
        kernel,
        exports,
        forced,
        newParameters,
        allowMissing,
        keepInit,
        cpuFeatures,
        listFixups,
        observer);
  }

  /**
   * The same, with or without leave for symbols to be missing.
   *
   * @param newAllowMissing whether they may
   * @return the changed options
   */
  public LoadOptions withAllowMissing(boolean newAllowMissing) {
    return new LoadOptions(
        kernel,
        exports,
        forced,
        parameters,
        newAllowMissing,
        keepInit,
        cpuFeatures,
        listFixups,
        observer);
  }

  /**
   * The same, with or without init memory after the load.
   *
   * @param newKeepInit whether it stays
   * @return the changed options
   */
  public LoadOptions withKeepInit(boolean newKeepInit) {
    return new LoadOptions(
        kernel,
        exports,
        forced,
        parameters,
        allowMissing,
        newKeepInit,
        cpuFeatures,
        listFixups,
        observer);
  }

  /**
   * The same for another processor.
   *
   * @param newCpuFeatures the numbers of its features
   * @return the changed options
   */
  public LoadOptions withCpuFeatures(Set<Integer> newCpuFeatures) {
    return new LoadOptions(
        kernel,
        exports,
        forced,
        parameters,
        allowMissing,
        keepInit,
        newCpuFeatures,
        listFixups,
        observer);
  }

  /**
   * The same, with or without a list of what depends on the processor.
   *
   * @param newListFixups whether it is kept
   * @return the changed options
   */
  public LoadOptions withFixups(boolean newListFixups) {
    return new LoadOptions(
        kernel,
        exports,
        forced,
        parameters,
        allowMissing,
        keepInit,
        cpuFeatures,
        newListFixups,
        observer);
  }

  /**
   * The same with another observer.
   *
   * @param newObserver is shown the module right after relocation
   * @return the changed options
   */
  public LoadOptions withObserver(RelocationObserver newObserver) {
    return new LoadOptions(
        kernel,
        exports,
        forced,
        parameters,
        allowMissing,
        keepInit,
        cpuFeatures,
        listFixups,
        newObserver);
  }
}
