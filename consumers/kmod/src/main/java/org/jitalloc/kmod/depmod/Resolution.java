package org.jitalloc.kmod.depmod;

import java.util.List;

/** The result of resolving a request for a module. */
public sealed interface Resolution {
  /**
   * The modules to load.
   *
   * @param modules the modules, in the order of their loads; modules that are loaded already can be
   *     skipped
   */
  record Load(List<ModuleFile> modules) implements Resolution {
    /** Copies the list. */
    public Load {
      modules = List.copyOf(modules);
    }
  }

  /**
   * The module is part of the kernel.
   *
   * @param name the name that was requested
   */
  record BuiltIn(String name) implements Resolution {}

  /**
   * The name is unknown.
   *
   * @param name the name that was requested
   */
  record Unknown(String name) implements Resolution {}
}
