package org.jitalloc.modules;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears of modules as they come and go: the kernel's {@code register_module_notifier}. Registered
 * as a service, it hears of the modules of all targets; those with a higher {@code service.ranking}
 * hear first. One that is registered later is not told of modules that are there already.
 *
 * <p>Called by the thread that loads or unloads, which waits. For any thread. A module must not be
 * unloaded from here; that is refused as BUSY.
 */
@ConsumerType
public interface ModuleNotifier {

  /**
   * A module is complete and in memory, its parameters have the values of the file, and its init
   * function was not called.
   *
   * @param module the module, {@link ModuleState#COMING}
   * @throws RuntimeException to refuse it: those that were told of it before are told that it goes,
   *     and the load fails, with this exception if it is a {@link ModuleException}
   */
  default void coming(LoadedModule module) {}

  /**
   * The init function of a module succeeded. Its init memory is still there. What this throws is
   * logged.
   *
   * @param module the module, {@link ModuleState#LIVE}
   */
  default void live(LoadedModule module) {}

  /**
   * A module goes: its exit function returned, or its init function failed. Its memory is still
   * there. What this throws is logged.
   *
   * @param module the module, on its way out
   */
  default void going(LoadedModule module) {}
}
