package org.jitalloc.modules.ds;

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
import org.jitalloc.modules.load.LoaderContext;
import org.jitalloc.modules.load.LocalLoader;
import org.jitalloc.modules.load.Notifiers;
import org.jitalloc.modules.objects.HostObjectLoader;
import org.jitalloc.support.Codecs;
import org.jitalloc.support.TargetServices;
import org.jitalloc.support.TextPublisher;
import org.jitalloc.support.TextServices;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Keeps a {@link ModuleLoader} service for each target whose architecture has a codec, and an
 * {@link ObjectLoader} for the host. When the allocator or the codec goes, the services go first
 * and then the modules; objects belong to the bundle that loaded them.
 */
@Component(service = ModuleLoaderServices.class, immediate = true)
public final class ModuleLoaderServices {
  private final TargetRules rules;
  private final CodeCodecs codeCodecs = new CodeCodecs();
  private final Notifiers notifiers = new Notifiers();

  private final TextPublisher texts;
  private final Codecs<ElfCodec> codecs = new Codecs<>(ElfCodec::arch);

  private final TargetServices<JitAllocator, LocalLoader> loaders;
  private final TargetServices<JitAllocator, ObjectLoader> objects;

  /** The resolvers of symbols of this process, changed while they are used. */
  private final List<SymbolResolver> resolvers = new CopyOnWriteArrayList<>();

  private final class Modules implements TargetServices.Kind<JitAllocator, LocalLoader> {
    @Override
    public @Nullable LocalLoader start(JitAllocator allocator) {
      ElfCodec codec = codecs.get(allocator.target().arch());
      return codec == null ? null : new LocalLoader(allocator, codec, context(allocator.target()));
    }

    @Override
    public void stop(LocalLoader loader) {
      loader.close();
    }
  }

  /** Objects are for the host, and belong to the bundle that loaded them. */
  private final class Objects implements TargetServices.Kind<JitAllocator, ObjectLoader> {
    @Override
    public @Nullable ObjectLoader start(JitAllocator allocator) {
      ElfCodec codec = codecs.get(allocator.target().arch());
      return codec == null || allocator.target().kind() != Kind.HOST
          ? null
          : new HostObjectLoader(allocator, codec, resolvers, texts);
    }

    @Override
    public void stop(ObjectLoader loader) {}
  }

  /** Made by Declarative Services. */
  @Activate
  public ModuleLoaderServices(BundleContext context, @Reference TargetRules rules) {
    this.rules = rules;
    texts = new TextServices(context);
    loaders =
        new TargetServices<>(
            context, List.of(ModuleLoader.class), JitAllocator::target, new Modules());
    objects =
        new TargetServices<>(
            context, List.of(ObjectLoader.class), JitAllocator::target, new Objects());
  }

  private LoaderContext context(Target target) {
    return new LoaderContext(
        codeCodecs,
        List.of(rules.of(target.name())),
        notifiers,
        texts,
        LoaderContext.KERNEL_PATIENCE);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindAllocator(JitAllocator allocator) {
    loaders.add(allocator);
    objects.add(allocator);
  }

  void unbindAllocator(JitAllocator allocator) {
    objects.remove(allocator);
    loaders.remove(allocator);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindCodec(ElfCodec codec) {
    codecs.add(codec);
    loaders.serveAll();
    objects.serveAll();
  }

  void unbindCodec(ElfCodec codec) {
    if (codecs.remove(codec)) {
      objects.replace(codec.arch());
      loaders.replace(codec.arch());
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
  void deactivate() {
    objects.close();
    loaders.close();
  }
}
