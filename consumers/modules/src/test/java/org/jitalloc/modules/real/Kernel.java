package org.jitalloc.modules.real;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.modules.Export;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.SymbolMap;
import org.jitalloc.modules.plain.ModuleLoaders;

/**
 * As much of a kernel as functions need that call nothing: a tracer that returns at once, a return
 * thunk that returns, copying of memory, and a variable that is 0. What else a module wants is
 * missing, so it is not loaded.
 */
final class Kernel implements AutoCloseable {
  private final JitAllocator allocator = JitAlloc.host();
  private final ModuleLoader loader = ModuleLoaders.of(allocator);
  private final LoadOptions options;
  private final JitMemory returns;
  private final JitMemory zero;
  private final List<Path> files;
  private final long liveBefore;
  private final List<JitMemory> bridges = new ArrayList<>();

  /** A kernel with the modules of a folder. */
  Kernel(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(file -> file.toString().endsWith(".ko")).toList();
    }
    returns = memory(ModMemType.TEXT, returnInstruction(allocator.target().arch()));
    zero = memory(ModMemType.DATA, new byte[8]);
    liveBefore = allocator.stats().live();
    Map<String, Long> symbols = new HashMap<>();
    symbols.put("__fentry__", returns.address());
    symbols.put("__x86_return_thunk", returns.address());
    symbols.put("fips_enabled", zero.address());
    for (String name : List.of("memcpy", "memset", "memmove")) {
      symbols.put(name, Linker.nativeLinker().defaultLookup().findOrThrow(name).address());
    }
    options = LoadOptions.DEFAULTS.withKernel(SymbolMap.of(symbols));
  }

  private JitMemory memory(ModMemType type, byte[] content) {
    JitMemory memory =
        allocator.allocate(new AllocationRequest(type, Purpose.MODULES, content.length, 16, null));
    memory.write(0, content);
    memory.publish();
    return memory;
  }

  private static byte[] returnInstruction(String arch) {
    return switch (arch) {
      case "amd64" -> new byte[] {(byte) 0xc3};
      case "arm64" -> new byte[] {(byte) 0xc0, 0x03, 0x5f, (byte) 0xd6};
      case "s390x" -> new byte[] {0x07, (byte) 0xfe};
      default -> throw new IllegalArgumentException(arch);
    };
  }

  String arch() {
    return allocator.target().arch();
  }

  /** Whether the distribution has it as a module, and not built in. */
  boolean has(String module) {
    return files.stream().anyMatch(file -> file.endsWith(module + ".ko"));
  }

  LoadedModule load(String module) {
    Path found =
        files.stream().filter(file -> file.endsWith(module + ".ko")).findFirst().orElseThrow();
    return loader.load(found, options);
  }

  MethodHandle function(LoadedModule module, String name, FunctionDescriptor descriptor) {
    long address =
        module.exports().stream()
            .filter(export -> export.name().equals(name))
            .mapToLong(Export::address)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(module + " does not export " + name));
    for (JitMemory memory : module.memories()) {
      long offset = address - memory.address();
      if (offset >= 0 && offset < memory.bytes()) {
        return arch().equals("s390x")
            ? bridge(address).function(0, descriptor)
            : memory.function(offset, descriptor);
      }
    }
    throw new IllegalStateException(name + " is in no memory of " + module);
  }

  /**
   * Code that calls a function of an s390x kernel. The kernel is compiled with -mpacked-stack and
   * keeps the back chain at 152(%r15), so its functions take 0(%r15) of their caller's frame for
   * variables. The JVM finds its own stack pointer there after a call, as the ABI has it, and would
   * crash. So the call gets a frame that no code reads.
   */
  private JitMemory bridge(long address) {
    byte[] code =
        ByteBuffer.allocate(48)
            .put(HexFormat.of().parseHex("eb6ff0300024")) // stmg %r6,%r15,48(%r15)
            .put(HexFormat.of().parseHex("e3f0ff40ff71")) // lay %r15,-192(%r15)
            .put(HexFormat.of().parseHex("d21ff0a0f160")) // mvc 160(32,%r15),352(%r15)
            .put(HexFormat.of().parseHex("c4180000000b")) // lgrl %r1,40
            .put(HexFormat.of().parseHex("0de1")) // basr %r14,%r1
            .put(HexFormat.of().parseHex("eb6ff0f00004")) // lmg %r6,%r15,240(%r15)
            .put(HexFormat.of().parseHex("07fe")) // br %r14
            .putLong(40, address)
            .array();
    JitMemory bridge = memory(ModMemType.TEXT, code);
    bridges.add(bridge);
    return bridge;
  }

  /** Unloads all, and fails if something is left. */
  @Override
  public void close() {
    loader.modules().reversed().forEach(LoadedModule::close);
    bridges.forEach(JitMemory::close);
    long live = allocator.stats().live();
    returns.close();
    zero.close();
    if (live != liveBefore) {
      throw new IllegalStateException("left: " + allocator.stats());
    }
  }
}
