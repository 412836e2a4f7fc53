package org.jitalloc.kmod.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.plain.ModuleLoaders;

/**
 * A folder of modules, and a loader of an image of their architecture.
 *
 * @param assembler assembles the modules
 * @param folder the folder of the modules
 * @param allocator the allocator of the image
 * @param loader the loader of the image
 */
public record KmodFixture(
    ModuleAssembler assembler, Path folder, JitAllocator allocator, ModuleLoader loader) {

  /** Creates an image without modules. */
  public static KmodFixture of(ModuleAssembler assembler, Path folder) {
    JitAllocator allocator = JitAlloc.newImage("image-" + assembler.arch(), assembler.arch());
    return new KmodFixture(assembler, folder, allocator, ModuleLoaders.of(allocator));
  }

  /** Assembles a module. {@return its file} */
  public Path assemble(String name, String source) throws IOException {
    return assembler.assemble(folder, name, source);
  }

  /** Assembles and loads a module. {@return the module} */
  public LoadedModule load(String name, String source) throws IOException {
    return loader.load(assemble(name, source), LoadOptions.DEFAULTS);
  }

  /** Fails if an allocation is not freed. */
  public void requireNothingLeft() {
    assertEquals(List.of(), loader.modules());
    assertEquals(0, allocator.stats().live(), allocator.stats()::toString);
    assertEquals(0, allocator.stats().usedBytes(), allocator.stats()::toString);
  }
}
