package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.ModuleLoaders;
import org.jitalloc.modules.ModuleSection;

/** An image target, its loader, and GNU as to make modules for it. */
final class Workshop {
  /** An architecture as its tools see it. */
  enum Machine {
    AMD64("amd64", "", "nop", ".long %s-."),
    ARM64("arm64", "aarch64-linux-gnu-", "nop", ".long %s-."),
    S390X("s390x", "s390x-linux-gnu-", "nopr", ".quad %s");

    final String arch;
    final String prefix;
    final String nop;
    private final String pointer;

    Machine(String arch, String prefix, String nop, String pointer) {
      this.arch = arch;
      this.prefix = prefix;
      this.nop = nop;
      this.pointer = pointer;
    }

    /** What EXPORT_SYMBOL makes; relative where the architecture's kernel has it so. */
    String export(String symbol) {
      return """
      .section __ksymtab,"%s"
      .balign 8
      %s
      %s
      %s
      .section __ksymtab_strings,"aMS",%%progbits,1
      .Lname: .asciz "%s"
      .Lnamespace: .asciz ""
      """
          .formatted(
              this == S390X ? "aw" : "a",
              pointer.formatted(symbol),
              pointer.formatted(".Lname"),
              pointer.formatted(".Lnamespace"),
              symbol);
    }

    String address(String symbol) {
      return (this == S390X ? ".quad %s" : this == AMD64 ? ".quad %s" : ".xword %s")
          .formatted(symbol);
    }
  }

  private final Machine machine;
  private final Path folder;
  final JitAllocator allocator;
  final ModuleLoader loader;

  Workshop(Machine machine, Path folder) {
    this.machine = machine;
    this.folder = folder;
    allocator = JitAlloc.newImage("image-" + machine.arch, machine.arch);
    loader = ModuleLoaders.of(allocator);
  }

  /** Gives the object a symbol, for without one it has no table of symbols. */
  Path assemble(String name, String source) throws IOException {
    ToolCommand.need(machine.prefix + "as");
    String symbol = "\n.globl some\n.set some, 1\n";
    Path text = Files.writeString(folder.resolve(name + ".s"), source + symbol);
    Path object = folder.resolve(name + ".ko");
    var command = new ArrayList<>(List.of(machine.prefix + "as"));
    command.addAll(List.of("-o", object.toString(), text.toString()));
    ToolCommand.must(command);
    return object;
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
