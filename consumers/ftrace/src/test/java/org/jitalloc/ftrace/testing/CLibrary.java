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
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.tck.tool.Command;
import org.jitalloc.arch.trace.TraceableText;

/**
 * A C library that gcc compiled, linked by GNU ld to where the allocator has put it: the table of
 * its call sites is what the linker made of the compiler's.
 */
public final class CLibrary implements TraceableText, AutoCloseable {
  private static final int ROOM_BYTES = 16 << 10;

  private final String owner;
  private final JitMemory memory;
  private final byte[] callSites;
  private final Map<Long, String> symbols = new TreeMap<>();

  private CLibrary(JitAllocator allocator, String owner, String section, String... options) {
    Command.need("gcc", "ld", "objcopy", "nm");
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

  /** Compiled with {@code -mfentry}: calls that the linker cannot resolve become NOPs. */
  public static CLibrary fentry(JitAllocator allocator, String owner) {
    return new CLibrary(
        allocator, owner, "__mcount_loc", "-pg", "-mfentry", "-mnop-mcount", "-mrecord-mcount");
  }

  /** Compiled with {@code -fpatchable-function-entry}: five NOPs of one byte. */
  public static CLibrary patchable(JitAllocator allocator, String owner) {
    return new CLibrary(
        allocator, owner, "__patchable_function_entries", "-fpatchable-function-entry=5");
  }

  private Path link(Path directory, String... options) throws IOException {
    Path source = directory.resolve("library.c");
    try (InputStream in = CLibrary.class.getResourceAsStream("library.c")) {
      Files.write(source, in.readAllBytes());
    }
    Path object = directory.resolve("library.o");
    List<String> compile =
        new ArrayList<>(
            List.of(
                "gcc",
                "-O2",
                "-fno-pic",
                "-fno-asynchronous-unwind-tables",
                "-fcf-protection=none",
                "-fno-stack-protector",
                "-fno-reorder-functions"));
    compile.addAll(List.of(options));
    compile.addAll(List.of("-c", source.toString(), "-o", object.toString()));
    Command.must(compile);
    Path linked = directory.resolve("library.elf");
    Path script = directory.resolve("script.ld");
    Files.writeString(
        script,
        "SECTIONS { .text 0x%x : { *(.text .text.* .rodata .rodata.*) } }"
            .formatted(memory.address()));
    Command.must(
        List.of(
            "ld",
            "-T",
            script.toString(),
            "-e",
            "leaf",
            object.toString(),
            "-o",
            linked.toString()));
    return linked;
  }

  private static byte[] part(Path linked, String section) throws IOException {
    Path out = linked.resolveSibling("part.bin");
    Command.must(
        List.of("objcopy", "-O", "binary", "-j", section, linked.toString(), out.toString()));
    return Files.readAllBytes(out);
  }

  private void readSymbols(Path linked) {
    for (String line : Command.must(List.of("nm", linked.toString())).split("\n")) {
      String[] words = line.split(" ");
      if (words.length == 3 && words[1].equalsIgnoreCase("t")) {
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

  @Override
  public Optional<String> function(long address) {
    return Optional.ofNullable(symbols.get(address));
  }

  @Override
  public void close() {
    memory.close();
  }
}
