package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.ModuleSection;
import org.jitalloc.modules.plain.ModuleLoaders;

/** An image target, its loader, and the assembler of its architecture. */
final class ImageFixture {
  private final ModuleAssembler assembler;
  private final Path folder;
  final JitAllocator allocator;
  final ModuleLoader loader;

  ImageFixture(ModuleAssembler assembler, Path folder) {
    this.assembler = assembler;
    this.folder = folder;
    allocator = JitAlloc.newImage("image-" + assembler.arch(), assembler.arch());
    loader = ModuleLoaders.of(allocator);
  }

  Path assemble(String name, String source) throws IOException {
    return assembler.assemble(folder, name, source);
  }

  LoadedModule load(String name, String source) throws IOException {
    return loader.load(assemble(name, source), LoadOptions.DEFAULTS);
  }

  /** The address of a section. */
  static long section(LoadedModule module, String name) {
    return module.sections().stream()
        .filter(section -> section.name().equals(name))
        .mapToLong(ModuleSection::address)
        .findFirst()
        .orElseThrow();
  }

  static JitMemory memory(LoadedModule module, ModMemType type) {
    return module.memories().stream()
        .filter(memory -> memory.type() == type)
        .findFirst()
        .orElseThrow();
  }

  /** Fails unless all that was allocated is free again. */
  void requireNothingLeft() {
    assertEquals(List.of(), loader.modules());
    assertEquals(0, allocator.stats().live(), allocator.stats()::toString);
    assertEquals(0, allocator.stats().usedBytes(), allocator.stats()::toString);
  }
}
