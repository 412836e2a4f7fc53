package org.jitalloc.modules;

import java.util.Set;
import java.util.function.Consumer;
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
    return with(draft -> draft.kernel = newKernel);
  }

  /**
   * The same where only some of the kernel's symbols may be used.
   *
   * @param newExports those that may
   * @return the changed options
   */
  public LoadOptions withExports(KernelExports newExports) {
    return with(draft -> draft.exports = newExports);
  }

  /**
   * The same, by force or not.
   *
   * @param newForced whether by force
   * @return the changed options
   */
  public LoadOptions withForced(boolean newForced) {
    return with(draft -> draft.forced = newForced);
  }

  /**
   * The same with other values of parameters.
   *
   * @param newParameters as {@code debug=1 mode="a b"}
   * @return the changed options
   */
  public LoadOptions withParameters(String newParameters) {
    return with(draft -> draft.parameters = newParameters);
  }

  /**
   * The same, with or without leave for symbols to be missing.
   *
   * @param newAllowMissing whether they may
   * @return the changed options
   */
  public LoadOptions withAllowMissing(boolean newAllowMissing) {
    return with(draft -> draft.allowMissing = newAllowMissing);
  }

  /**
   * The same, with or without init memory after the load.
   *
   * @param newKeepInit whether it stays
   * @return the changed options
   */
  public LoadOptions withKeepInit(boolean newKeepInit) {
    return with(draft -> draft.keepInit = newKeepInit);
  }

  /**
   * The same for another processor.
   *
   * @param newCpuFeatures the numbers of its features
   * @return the changed options
   */
  public LoadOptions withCpuFeatures(Set<Integer> newCpuFeatures) {
    return with(draft -> draft.cpuFeatures = newCpuFeatures);
  }

  /**
   * The same, with or without a list of what depends on the processor.
   *
   * @param newListFixups whether it is kept
   * @return the changed options
   */
  public LoadOptions withFixups(boolean newListFixups) {
    return with(draft -> draft.listFixups = newListFixups);
  }

  /**
   * The same with another observer.
   *
   * @param newObserver is shown the module right after relocation
   * @return the changed options
   */
  public LoadOptions withObserver(RelocationObserver newObserver) {
    return with(draft -> draft.observer = newObserver);
  }

  private LoadOptions with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** Options while one of them is being changed. */
  private static final class Draft {
    private SymbolMap kernel;
    private KernelExports exports;
    private boolean forced;
    private String parameters;
    private boolean allowMissing;
    private boolean keepInit;
    private @Nullable Set<Integer> cpuFeatures;
    private boolean listFixups;
    private @Nullable RelocationObserver observer;

    Draft(LoadOptions from) {
      kernel = from.kernel;
      exports = from.exports;
      forced = from.forced;
      parameters = from.parameters;
      allowMissing = from.allowMissing;
      keepInit = from.keepInit;
      cpuFeatures = from.cpuFeatures;
      listFixups = from.listFixups;
      observer = from.observer;
    }

    LoadOptions options() {
      return new LoadOptions(
          kernel,
          exports,
          forced,
          parameters,
          allowMissing,
          keepInit,
          cpuFeatures,
          listFixups,
          observer);
    }
  }
}
