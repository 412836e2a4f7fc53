package org.jitalloc.modules.plain;

import java.util.List;
import java.util.ServiceLoader;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.SymbolResolver;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.modules.KernelRules;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.ModuleNotifier;
import org.jitalloc.modules.ObjectLoader;
import org.jitalloc.modules.checks.KernelChecks;
import org.jitalloc.modules.code.CodeCodecs;
import org.jitalloc.modules.load.EarlyCheck;
import org.jitalloc.modules.load.LoaderContext;
import org.jitalloc.modules.load.LocalLoader;
import org.jitalloc.modules.load.Notifiers;
import org.jitalloc.modules.objects.HostObjectLoader;
import org.jitalloc.support.TextPublisher;

/**
 * Loaders for programs without an OSGi framework. Codecs are found on the class path, as {@code
 * META-INF/services/org.jitalloc.arch.elf.ElfCodec} of the architectures' jars.
 */
public final class ModuleLoaders {
  private ModuleLoaders() {}

  /**
   * Makes a loader.
   *
   * @param allocator gives memory of the target that modules are loaded to
   * @return a new loader
   * @throws JitAllocException UNSUPPORTED if there is no codec for the target's architecture
   */
  public static ModuleLoader of(JitAllocator allocator) {
    return of(allocator, KernelRules.NONE);
  }

  /**
   * Makes a loader that demands something of kernel modules.
   *
   * @param allocator gives memory of the target that modules are loaded to
   * @param rules what is demanded
   * @return a new loader
   * @throws JitAllocException UNSUPPORTED if there is no codec for the target's architecture
   */
  public static ModuleLoader of(JitAllocator allocator, KernelRules rules) {
    return of(allocator, rules, List.of());
  }

  /**
   * Makes a loader with notifiers of its modules.
   *
   * @param allocator gives memory of the target that modules are loaded to
   * @param rules what is demanded
   * @param notifiers hear of modules, in this order
   * @return a new loader
   * @throws JitAllocException UNSUPPORTED if there is no codec for the target's architecture
   */
  public static ModuleLoader of(
      JitAllocator allocator, KernelRules rules, List<ModuleNotifier> notifiers) {
    List<EarlyCheck> checks =
        rules.equals(KernelRules.NONE) ? List.of() : List.of(new KernelChecks(rules));
    var chain = new Notifiers();
    notifiers.forEach(notifier -> chain.add(notifier, 0));
    var context =
        new LoaderContext(
            CodeCodecs.ofClassPath(),
            checks,
            chain,
            TextPublisher.NOBODY,
            LoaderContext.KERNEL_PATIENCE);
    return new LocalLoader(allocator, codec(allocator), context);
  }

  /**
   * Makes a loader of objects for this process, with the resolvers that are on the class path.
   *
   * @return a new loader
   * @throws JitAllocException UNSUPPORTED if there is no allocator or no codec for this machine
   */
  public static ObjectLoader objects() {
    JitAllocator host = JitAlloc.host();
    List<SymbolResolver> resolvers =
        ServiceLoader.load(SymbolResolver.class, ModuleLoaders.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    return new HostObjectLoader(host, codec(host), resolvers, TextPublisher.NOBODY);
  }

  private static ElfCodec codec(JitAllocator allocator) {
    String arch = allocator.target().arch();
    return ServiceLoader.load(ElfCodec.class, ModuleLoaders.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(found -> found.arch().equals(arch))
        .findFirst()
        .orElseThrow(
            () ->
                new JitAllocException(
                    Reason.UNSUPPORTED, "no ELF codec for %s on the class path".formatted(arch)));
  }
}
