package org.jitalloc.kmod;

import java.nio.file.Path;
import java.util.Optional;
import org.jitalloc.Target;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleLoader;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Loads modules into one target that are asked for by name or alias, with all that they need: the
 * kernel's {@code request_module} and {@code modprobe}. A service with the properties {@code
 * jit.target} and {@code jit.arch}, beside each {@link ModuleLoader}. For any thread.
 *
 * <p>Requests for the same name are converged: the first is worked on, and what came of it is given
 * to all that ask for it meanwhile and in the minute after, failures too. 50 are worked on at once;
 * one that does not get its turn in 5 seconds fails.
 */
@ProviderType
public interface ModuleAutoloader {

  /** {@return where modules are loaded to} */
  Target target();

  /**
   * Says where modules are; until then, all requests fail. What is asked for already goes on with
   * what was said before.
   *
   * @param folder with modules below it; it is read now, and what changes there later is not seen
   * @param options how modules are loaded
   * @throws ModuleException if the folder cannot be read
   */
  void use(Path folder, LoadOptions options);

  /**
   * Asks for a module and waits until it is there, or known not to come.
   *
   * @param name a module's name, an alias such as {@code fs-ext4}, or {@code symbol:} and a symbol
   * @return how that ended: the status of {@code modprobe}, 0 if the module is there or built in
   */
  RequestOutcome request(String name);

  /**
   * Asks for a module and does not wait.
   *
   * @param name as above
   * @return whether somebody is about to load it
   */
  RequestOutcome begin(String name);

  /**
   * Tells why a name could not be loaded the last time. Only the newest failures are kept.
   *
   * @param name as it was asked for
   * @return what happened, for people; empty if nothing failed
   */
  Optional<String> failure(String name);
}
