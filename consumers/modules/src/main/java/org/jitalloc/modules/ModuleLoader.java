package org.jitalloc.modules;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jitalloc.Target;
import org.jitalloc.modules.stats.StatsSnapshot;
import org.jitalloc.modules.taint.Taints;
import org.jitalloc.modules.taint.UnloadedTaints;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Loads modules into one target. A service with the properties {@code jit.target} and {@code
 * jit.arch}, there while there are an allocator of the target and a codec of its architecture. For
 * any thread; modules are loaded at the same time except where one needs another.
 */
@ProviderType
public interface ModuleLoader {

  /** {@return where modules are loaded to} */
  Target target();

  /**
   * Loads a module. A file without {@code .gnu.linkonce.this_module} is taken as a plain object:
   * its name is the file's, and nothing that only kernels demand is demanded of it.
   *
   * <p>A file that is being loaded already is not loaded once more: whoever asks meanwhile gets
   * what comes of the load that goes on, made with <em>that one's</em> options. Its own count for
   * nothing then; neither are parameters set nor is an observer called.
   *
   * @param file the file
   * @param options how
   * @return the module, live
   * @throws ModuleException with the reason; nothing is left behind
   */
  LoadedModule load(Path file, LoadOptions options);

  /** {@return the modules that are loaded, in the order of their loading} */
  List<LoadedModule> modules();

  /**
   * Finds a module.
   *
   * @param name its name; {@code -} and {@code _} are the same
   * @return the module, if one of that name is loaded
   */
  Optional<LoadedModule> module(String name);

  /** {@return what the modules that were loaded brought to the kernel; it stays when they go} */
  Taints taints();

  /** {@return which modules with taints were unloaded} */
  List<UnloadedTaints.Entry> unloadedTaints();

  /**
   * Finds the module that an address is in, as {@code __module_address} does: without a lock, in a
   * time that does not depend on how many modules there are.
   *
   * @param address any address
   * @return the module that has it in memory; empty if none has
   */
  Optional<LoadedModule> moduleAt(long address);

  /** {@return how much memory was spent on modules so far, and how much of it for nothing} */
  StatsSnapshot stats();
}
