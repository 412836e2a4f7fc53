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
import org.jitalloc.arch.tck.tool.Command;
import org.jitalloc.arch.trace.TextFunction;
import org.jitalloc.arch.trace.TraceableText;

/**
 * A library that GNU tools made for tracing, linked to where the allocator has put it: the table of
 * its call sites is what the linker made of the compiler's. Where there is no compiler for a
 * machine, it is written in assembly.
 */
public final class CLibrary implements TraceableText, AutoCloseable {
  private static final int ROOM_BYTES = 16 << 10;
  private static final String MCOUNT = "__mcount_loc";
  private static final String PATCHABLE = "__patchable_function_entries";

  private final String owner;
  private final JitMemory memory;
  private final byte[] callSites;
  private final TreeMap<Long, String> symbols = new TreeMap<>();

  /** What makes an object file: a source and its translator. */
  private record Recipe(String source, String section, String prefix, List<String> translator) {}

  private CLibrary(JitAllocator allocator, String owner, Recipe recipe) {
    List.of("ld", "objcopy", "nm").forEach(tool -> Command.need(recipe.prefix + tool));
    Command.need(recipe.translator.getFirst());
    this.owner = owner;
    memory =
        allocator.allocate(AllocationRequest.of(ModMemType.TEXT, ROOM_BYTES).withAlignment(64));
    try {
      Path directory = Files.createTempDirectory("library");
      try {
        Path linked = link(directory, recipe);
        memory.write(0, part(linked, ".text", recipe));
        callSites = part(linked, recipe.section, recipe);
        readSymbols(linked, recipe);
      } finally {
        delete(directory);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The library for this machine. */
  public static CLibrary of(JitAllocator allocator, String owner) {
    Recipe recipe =
        switch (allocator.target().arch()) {
          case "amd64" -> gcc(MCOUNT, "-pg", "-mfentry", "-mnop-mcount", "-mrecord-mcount");
          case "arm64" ->
              new Recipe(
                  "library-arm64.s",
                  PATCHABLE,
                  "aarch64-linux-gnu-",
                  List.of("aarch64-linux-gnu-as"));
          default ->
              new Recipe(
                  "library-s390x.s",
                  MCOUNT,
                  "s390x-linux-gnu-",
                  List.of("s390x-linux-gnu-as", "-march=z196"));
        };
    return new CLibrary(allocator, owner, recipe);
  }

  /** Compiled with {@code -fpatchable-function-entry}: five NOPs of one byte. */
  public static CLibrary patchable(JitAllocator allocator, String owner) {
    return new CLibrary(allocator, owner, gcc(PATCHABLE, "-fpatchable-function-entry=5"));
  }

  private static Recipe gcc(String section, String... options) {
    List<String> translator =
        new ArrayList<>(
            List.of(
                "gcc",
                "-O2",
                "-fno-pic",
                "-fno-asynchronous-unwind-tables",
                "-fcf-protection=none",
                "-fno-stack-protector",
                "-c"));
    translator.addAll(List.of(options));
    return new Recipe("library.c", section, "", translator);
  }

  private Path link(Path directory, Recipe recipe) throws IOException {
    Path source = directory.resolve(recipe.source);
    try (InputStream in = CLibrary.class.getResourceAsStream(recipe.source)) {
      Files.write(source, in.readAllBytes());
    }
    String object = directory.resolve("library.o").toString();
    List<String> translate = new ArrayList<>(recipe.translator);
    translate.addAll(List.of(source.toString(), "-o", object));
    Command.must(translate);
    Path linked = directory.resolve("library.elf");
    Path script = directory.resolve("script.ld");
    Files.writeString(
        script,
        "SECTIONS { .text 0x%x : { *(.text .text.* .rodata .rodata.*) } }"
            .formatted(memory.address()));
    Command.must(
        List.of(
            recipe.prefix + "ld",
            "-T",
            script.toString(),
            "-e",
            "leaf",
            object,
            "-o",
            linked.toString()));
    return linked;
  }

  private static byte[] part(Path linked, String section, Recipe recipe) throws IOException {
    Path out = linked.resolveSibling("part.bin");
    String objcopy = recipe.prefix + "objcopy";
    Command.must(
        List.of(objcopy, "-O", "binary", "-j", section, linked.toString(), out.toString()));
    return Files.readAllBytes(out);
  }

  private void readSymbols(Path linked, Recipe recipe) {
    for (String line : Command.must(List.of(recipe.prefix + "nm", linked.toString())).split("\n")) {
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
