package org.jitalloc.kmod.ds;

import java.util.List;
import org.jitalloc.kmod.ModuleAutoloader;
import org.jitalloc.kmod.autoload.AutoloadConfig;
import org.jitalloc.kmod.autoload.LocalAutoloader;
import org.jitalloc.kmod.autoload.WarningSink;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.support.TargetServices;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Registers a {@link ModuleAutoloader} service for each {@link ModuleLoader}. */
@Component(service = AutoloaderServices.class, immediate = true)
public final class AutoloaderServices {
  private final TargetServices<ModuleLoader, LocalAutoloader> services;

  private static final class Autoloading
      implements TargetServices.Kind<ModuleLoader, LocalAutoloader> {
    @Override
    public LocalAutoloader start(ModuleLoader loader) {
      return new LocalAutoloader(loader, AutoloadConfig.DEFAULTS, WarningSink.toLog());
    }

    @Override
    public void stop(LocalAutoloader autoloader) {
      autoloader.close();
    }
  }

  /** Called by Declarative Services. */
  @Activate
  public AutoloaderServices(BundleContext context) {
    services =
        new TargetServices<>(
            context, List.of(ModuleAutoloader.class), ModuleLoader::target, new Autoloading());
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindLoader(ModuleLoader loader) {
    services.add(loader);
  }

  void unbindLoader(ModuleLoader loader) {
    services.remove(loader);
  }

  @Deactivate
  void deactivate() {
    services.close();
  }
}
