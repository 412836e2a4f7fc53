package org.jitalloc.modules;

import java.util.ServiceLoader;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.modules.load.LocalLoader;

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
    String arch = allocator.target().arch();
    ElfCodec codec =
        ServiceLoader.load(ElfCodec.class, ModuleLoaders.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.arch().equals(arch))
            .findFirst()
            .orElseThrow(
                () ->
                    new JitAllocException(
                        Reason.UNSUPPORTED,
                        "no ELF codec for %s on the class path".formatted(arch)));
    return new LocalLoader(allocator, codec);
  }
}
