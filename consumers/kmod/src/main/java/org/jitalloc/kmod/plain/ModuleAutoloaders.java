package org.jitalloc.kmod.plain;

import org.jitalloc.kmod.autoload.AutoloadConfig;
import org.jitalloc.kmod.autoload.LocalAutoloader;
import org.jitalloc.kmod.autoload.WarningSink;
import org.jitalloc.modules.ModuleLoader;

/** Creates autoloaders for programs without an OSGi framework. */
public final class ModuleAutoloaders {

  private ModuleAutoloaders() {}

  /**
   * Creates an autoloader with the limits and times of Linux. It logs its warnings.
   *
   * @param loader the loader of the modules
   * @return a new autoloader; close it before the loader
   */
  public static LocalAutoloader of(ModuleLoader loader) {
    return new LocalAutoloader(loader, AutoloadConfig.DEFAULTS, WarningSink.toLog());
  }
}
