package org.jitalloc.modules.ds;

import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import org.jitalloc.Target;
import org.jitalloc.modules.ModuleAutoloader;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.autoload.AutoloadConfig;
import org.jitalloc.modules.autoload.LocalAutoloader;
import org.jitalloc.modules.autoload.WarningSink;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Keeps a {@link ModuleAutoloader} service beside each {@link ModuleLoader}. */
@Component(service = AutoloaderServices.class, immediate = true)
public final class AutoloaderServices {
  private final BundleContext context;

  /** Guarded by this. */
  private final Map<ModuleLoader, Served> served = new HashMap<>();

  private record Served(
      LocalAutoloader autoloader, ServiceRegistration<ModuleAutoloader> registration) {
    void close() {
      registration.unregister();
      autoloader.close();
    }
  }

  /** Made by Declarative Services. */
  @Activate
  public AutoloaderServices(BundleContext context) {
    this.context = context;
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  synchronized void bindLoader(ModuleLoader loader) {
    var properties = new Hashtable<String, Object>();
    properties.put(Target.TARGET_PROPERTY, loader.target().name());
    properties.put(Target.ARCH_PROPERTY, loader.target().arch());
    var autoloader = new LocalAutoloader(loader, AutoloadConfig.DEFAULTS, WarningSink.toLog());
    served.put(
        loader,
        new Served(
            autoloader, context.registerService(ModuleAutoloader.class, autoloader, properties)));
  }

  synchronized void unbindLoader(ModuleLoader loader) {
    Served ended = served.remove(loader);
    if (ended != null) {
      ended.close();
    }
  }

  @Deactivate
  synchronized void deactivate() {
    served.values().forEach(Served::close);
    served.clear();
  }
}
