package org.jitalloc.modules.ds;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocator;
import org.jitalloc.Target;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.load.LocalLoader;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Keeps a {@link ModuleLoader} service for each target whose architecture has a codec. When the
 * allocator or the codec goes, the service goes first and then its modules.
 */
@Component(service = ModuleLoaderServices.class, immediate = true)
public final class ModuleLoaderServices {
  private final BundleContext context;

  /** What there is, by target and by architecture; the monitor guards all three. */
  private final Map<JitAllocator, Served> served = new HashMap<>();

  private final List<JitAllocator> allocators = new ArrayList<>();
  private final Map<String, ElfCodec> codecs = new HashMap<>();

  private record Served(LocalLoader loader, ServiceRegistration<ModuleLoader> service) {
    void close() {
      service.unregister();
      loader.close();
    }
  }

  /** Made by Declarative Services. */
  @Activate
  public ModuleLoaderServices(BundleContext context) {
    this.context = context;
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  synchronized void bindAllocator(JitAllocator allocator) {
    allocators.add(allocator);
    serve(allocator);
  }

  synchronized void unbindAllocator(JitAllocator allocator) {
    allocators.remove(allocator);
    stop(allocator);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  synchronized void bindCodec(ElfCodec codec) {
    codecs.putIfAbsent(codec.arch(), codec);
    allocators.forEach(this::serve);
  }

  synchronized void unbindCodec(ElfCodec codec) {
    if (codecs.remove(codec.arch(), codec)) {
      allocators.stream().filter(a -> a.target().arch().equals(codec.arch())).forEach(this::stop);
    }
  }

  @Deactivate
  synchronized void deactivate() {
    List.copyOf(served.keySet()).forEach(this::stop);
  }

  private void serve(JitAllocator allocator) {
    Target target = allocator.target();
    ElfCodec codec = codecs.get(target.arch());
    if (codec == null || served.containsKey(allocator)) {
      return;
    }
    var properties = new Hashtable<String, Object>();
    properties.put(Target.TARGET_PROPERTY, target.name());
    properties.put(Target.ARCH_PROPERTY, target.arch());
    var loader = new LocalLoader(allocator, codec);
    served.put(
        allocator,
        new Served(loader, context.registerService(ModuleLoader.class, loader, properties)));
  }

  private void stop(JitAllocator allocator) {
    Served stopped = served.remove(allocator);
    if (stopped != null) {
      stopped.close();
    }
  }
}
