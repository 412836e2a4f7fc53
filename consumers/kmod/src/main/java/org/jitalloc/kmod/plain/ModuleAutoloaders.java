package org.jitalloc.kmod.plain;

import org.jitalloc.kmod.autoload.AutoloadConfig;
import org.jitalloc.kmod.autoload.LocalAutoloader;
import org.jitalloc.kmod.autoload.WarningSink;
import org.jitalloc.modules.ModuleLoader;

/** Makes autoloaders for programs without an OSGi framework. */
public final class ModuleAutoloaders {

  private ModuleAutoloaders() {}

  /**
   * Makes an autoloader with the limits and times of Linux. Its warnings go to the log.
   *
   * @param loader loads the modules
   * @return a new autoloader; to be closed before its loader
   */
  public static LocalAutoloader of(ModuleLoader loader) {
    return new LocalAutoloader(loader, AutoloadConfig.DEFAULTS, WarningSink.toLog());
  }
}
