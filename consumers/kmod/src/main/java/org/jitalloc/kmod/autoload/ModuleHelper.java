package org.jitalloc.kmod.autoload;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

/** Loads a module that was asked for by name: a process of its own, or a loader in this one. */
@FunctionalInterface
public interface ModuleHelper {

  /**
   * Starts to load. Must not wait for the end, and is called under no lock.
   *
   * @param call what is to be run
   * @return completes with the exit status: 0 if the module is there, else positive
   * @throws IOException if it cannot be started
   */
  CompletionStage<Integer> start(ModprobeCall call) throws IOException;
}
