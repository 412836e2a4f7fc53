package org.jitalloc.modules;

import java.util.List;
import java.util.Set;
import org.jitalloc.JitMemory;
import org.osgi.annotation.versioning.ProviderType;

/** A module that was loaded. For any thread. */
@ProviderType
public interface LoadedModule extends AutoCloseable {

  /** {@return its name} */
  String name();

  /** {@return where it is in its life} */
  ModuleState state();

  /** {@return its memories that are not freed} */
  List<JitMemory> memories();

  /** {@return its sections that are in memory, by index} */
  List<ModuleSection> sections();

  /** {@return what it offers to others} */
  List<Export> exports();

  /** {@return the names of the modules that it uses} */
  Set<String> uses();

  /** {@return the names of the modules that use it} */
  Set<String> users();

  /** {@return how many relocations were applied} */
  long relocations();

  /**
   * Unloads it. Does nothing if it is unloaded.
   *
   * @throws ModuleException IN_USE if other modules use it; BUSY if it is not live
   */
  @Override
  void close();
}
