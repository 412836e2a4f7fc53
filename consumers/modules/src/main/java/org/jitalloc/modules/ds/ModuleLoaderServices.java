package org.jitalloc.modules.ds;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jitalloc.JitAllocator;
import org.jitalloc.SymbolResolver;
import org.jitalloc.Target;
import org.jitalloc.Target.Kind;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.FixupCodec;
import org.jitalloc.arch.elf.UnwindCodec;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.ModuleNotifier;
import org.jitalloc.modules.ObjectLoader;
import org.jitalloc.modules.code.CodeCodecs;
import org.jitalloc.modules.load.LocalLoader;
import org.jitalloc.modules.load.Notifiers;
import org.jitalloc.modules.load.Surroundings;
import org.jitalloc.modules.objects.HostObjectLoader;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Keeps a {@link ModuleLoader} service for each target whose architecture has a codec, and an
 * {@link ObjectLoader} for the host. When the allocator or the codec goes, the services go first
 * and then the modules; objects belong to who loaded them.
 */
@Component(service = ModuleLoaderServices.class, immediate = true)
public final class ModuleLoaderServices {
  private final BundleContext context;
  private final CodeCodecs codeCodecs = new CodeCodecs();
  private final Notifiers notifiers = new Notifiers();

  /** What there is, by target and by architecture; the monitor guards all three. */
  private final Map<JitAllocator, Served> served = new HashMap<>();

  private final List<JitAllocator> allocators = new ArrayList<>();
  private final Map<String, ElfCodec> codecs = new HashMap<>();

  /** Those who find symbols of this process, changed while they are used. */
  private final List<SymbolResolver> resolvers = new CopyOnWriteArrayList<>();

  private record Served(
      LocalLoader loader,
      ServiceRegistration<ModuleLoader> service,
      @Nullable ServiceRegistration<ObjectLoader> objects) {
    void close() {
      service.unregister();
      if (objects != null) {
        objects.unregister();
      }
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

  @Reference(
      target = "(jit.target=host)",
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC)
  void bindResolver(SymbolResolver resolver) {
    resolvers.add(resolver);
  }

  void unbindResolver(SymbolResolver resolver) {
    resolvers.remove(resolver);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindFixups(FixupCodec codec) {
    codeCodecs.add(codec);
  }

  void unbindFixups(FixupCodec codec) {
    codeCodecs.remove(codec);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindUnwinding(UnwindCodec codec) {
    codeCodecs.add(codec);
  }

  void unbindUnwinding(UnwindCodec codec) {
    codeCodecs.remove(codec);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindNotifier(ModuleNotifier notifier, Map<String, Object> properties) {
    int ranking = properties.get(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
    notifiers.add(notifier, ranking);
  }

  void unbindNotifier(ModuleNotifier notifier) {
    notifiers.remove(notifier);
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
    var loader = new LocalLoader(allocator, codec, surroundings());
    var service = context.registerService(ModuleLoader.class, loader, properties);
    var objects =
        target.kind() == Kind.HOST
            ? context.registerService(
                ObjectLoader.class, new HostObjectLoader(allocator, codec, resolvers), properties)
            : null;
    served.put(allocator, new Served(loader, service, objects));
  }

  private Surroundings surroundings() {
    return new Surroundings(codeCodecs, List.of(), notifiers, Surroundings.KERNEL_PATIENCE);
  }

  private void stop(JitAllocator allocator) {
    Served stopped = served.remove(allocator);
    if (stopped != null) {
      stopped.close();
    }
  }
}
