package org.jitalloc.ftrace.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.tck.tool.GnuToolchain;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;

/**
 * A library that GNU tools made for tracing, linked to where the allocator has put it: the table of
 * its call sites is what the linker made of the compiler's.
 */
public final class CLibrary implements TraceableText, AutoCloseable {
  private static final int ROOM_BYTES = 16 << 10;
  private static final String MCOUNT = "__mcount_loc";
  private static final String PATCHABLE = "__patchable_function_entries";

  private final String prefix;
  private final String owner;
  private final JitMemory memory;
  private final byte[] callSites;
  private final TreeMap<Long, String> symbols = new TreeMap<>();

  private CLibrary(JitAllocator allocator, String owner, String section, String... options) {
    prefix = GnuToolchain.prefix(allocator.target().arch());
    List.of("gcc", "ld", "objcopy", "nm").forEach(tool -> ToolCommand.need(prefix + tool));
    this.owner = owner;
    memory =
        allocator.allocate(AllocationRequest.of(ModMemType.TEXT, ROOM_BYTES).withAlignment(64));
    try {
      Path directory = Files.createTempDirectory("library");
      try {
        Path linked = link(directory, options);
        memory.write(0, part(linked, ".text"));
        callSites = part(linked, section);
        readSymbols(linked);
      } finally {
        delete(directory);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The library for this machine, with the call sites of the kernel there. */
  public static CLibrary of(JitAllocator allocator, String owner) {
    return switch (allocator.target().arch()) {
      case "arm64" -> patchable(allocator, owner);
      case "s390x" -> new CLibrary(allocator, owner, MCOUNT, options("-march=z196"));
      default -> new CLibrary(allocator, owner, MCOUNT, options());
    };
  }

  private static String[] options(String... more) {
    var all = new ArrayList<>(List.of("-pg", "-mfentry", "-mnop-mcount", "-mrecord-mcount"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** Compiled with {@code -fpatchable-function-entry}: two NOPs, or five of one byte. */
  public static CLibrary patchable(JitAllocator allocator, String owner) {
    int nops = allocator.target().arch().equals("amd64") ? 5 : 2;
    return new CLibrary(allocator, owner, PATCHABLE, "-fpatchable-function-entry=" + nops);
  }

  private Path link(Path directory, String... options) throws IOException {
    Path source = directory.resolve("library.c");
    try (InputStream in = CLibrary.class.getResourceAsStream("library.c")) {
      Files.write(source, in.readAllBytes());
    }
    String object = directory.resolve("library.o").toString();
    List<String> compile = new ArrayList<>(List.of(prefix + "gcc", "-O2", "-fno-pic"));
    compile.addAll(List.of("-fno-asynchronous-unwind-tables", "-fno-stack-protector"));
    if (prefix.isEmpty()) {
      compile.add("-fcf-protection=none");
    }
    compile.addAll(List.of(options));
    compile.addAll(List.of("-c", source.toString(), "-o", object));
    ToolCommand.must(compile);
    Path linked = directory.resolve("library.elf");
    Path script = directory.resolve("script.ld");
    Files.writeString(
        script,
        "SECTIONS { .text 0x%x : { *(.text .text.* .rodata .rodata.*) } }"
            .formatted(memory.address()));
    ToolCommand.must(
        List.of(
            prefix + "ld", "-T", script.toString(), "-e", "leaf", object, "-o", linked.toString()));
    return linked;
  }

  private byte[] part(Path linked, String section) throws IOException {
    Path out = linked.resolveSibling("part.bin");
    ToolCommand.must(
        List.of(
            prefix + "objcopy", "-O", "binary", "-j", section, linked.toString(), out.toString()));
    return Files.readAllBytes(out);
  }

  private void readSymbols(Path linked) {
    for (String line : ToolCommand.must(List.of(prefix + "nm", linked.toString())).split("\n")) {
      String[] words = line.split(" ");
      if (words.length == 3 && words[1].equalsIgnoreCase("t") && !words[2].startsWith("$")) {
        symbols.put(Long.parseUnsignedLong(words[0], 16), words[2]);
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Publishes it. */
  public CLibrary publish() {
    memory.publish();
    return this;
  }

  /** Gives a function by its name. */
  public MethodHandle call(String name, FunctionDescriptor descriptor) {
    long address =
        symbols.entrySet().stream()
            .filter(e -> e.getValue().equals(name))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    return memory.function(address - memory.address(), descriptor);
  }

  @Override
  public String owner() {
    return owner;
  }

  @Override
  public JitMemory memory() {
    return memory;
  }

  @Override
  public byte[] callSites() {
    return callSites;
  }

  /** Each until the next begins. */
  @Override
  public List<TextFunction> functions() {
    List<TextFunction> functions = new ArrayList<>();
    symbols.forEach(
        (address, name) -> {
          Long next = symbols.higherKey(address);
          long end = next == null ? memory.address() + memory.bytes() : next;
          functions.add(
              new TextFunction(name, address - memory.address(), Math.toIntExact(end - address)));
        });
    return functions;
  }

  @Override
  public void close() {
    memory.close();
  }
}
