package org.jitalloc.kmod.autoload;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

/** Loads a module by name: in a process, or by a loader of this process. */
@FunctionalInterface
public interface ModuleHelper {

  /**
   * Starts a load and does not wait for its end. Called with no lock held.
   *
   * @param call the call
   * @return completes with the exit status: 0 if the module is loaded, else positive
   * @throws IOException if it cannot be started
   */
  CompletionStage<Integer> start(ModprobeCall call) throws IOException;
}
