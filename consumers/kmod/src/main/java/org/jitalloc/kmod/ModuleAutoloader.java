package org.jitalloc.kmod;

import java.nio.file.Path;
import java.util.Optional;
import org.jitalloc.Target;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleLoader;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Loads modules that are requested by name or alias, and their dependencies, into one target, as
 * the kernel's {@code request_module} (kernel/module/kmod.c) and {@code modprobe}. A service with
 * the properties {@code jit.target} and {@code jit.arch} for each {@link ModuleLoader}. For any
 * thread.
 *
 * <p>Requests for the same name are converged: the first one loads, and its outcome, also a
 * failure, is the outcome of all requests for the name until a minute after its end. At most 50
 * requests run at once; a request that waits for more than 5 seconds to run fails.
 */
@ProviderType
public interface ModuleAutoloader {

  /** {@return the target that modules are loaded into} */
  Target target();

  /**
   * Sets the folder of modules. Without a folder, all requests fail. Requests that run already use
   * the previous folder.
   *
   * @param folder the folder with modules below it; it is read now, and later changes in it are
   *     ignored
   * @param options how modules are loaded
   * @throws ModuleException if the folder cannot be read
   */
  void use(Path folder, LoadOptions options);

  /**
   * Requests a module and waits until it is loaded or has failed.
   *
   * @param name the name of a module, an alias such as {@code fs-ext4}, or {@code symbol:} and a
   *     symbol
   * @return the outcome: the exit status of {@code modprobe}, 0 if the module is loaded or built in
   */
  RequestOutcome request(String name);

  /**
   * Requests a module and does not wait for its load.
   *
   * @param name as for {@link #request}
   * @return {@link RequestOutcome#LOADED} if a load has begun; else the reason why none has
   */
  RequestOutcome begin(String name);

  /**
   * Returns why the last load for a name failed. Only the newest failures are kept.
   *
   * @param name the name that was requested
   * @return the reason, for people; empty if there is no failure
   */
  Optional<String> failure(String name);
}
