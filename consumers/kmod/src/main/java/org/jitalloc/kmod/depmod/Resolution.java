package org.jitalloc.kmod.depmod;

import java.util.List;

/** What a request for a module comes to. */
public sealed interface Resolution {
  /**
   * Modules are to be loaded.
   *
   * @param modules in the order to load them; those that are loaded already can be left out
   */
  record Load(List<ModuleFile> modules) implements Resolution {
    /** Copies the list. */
    public Load {
      modules = List.copyOf(modules);
    }
  }

  /**
   * What was asked for is part of the kernel.
   *
   * @param name as it was asked for
   */
  record BuiltIn(String name) implements Resolution {}

  /**
   * Nothing of that name is known.
   *
   * @param name as it was asked for
   */
  record Unknown(String name) implements Resolution {}
}
