package org.jitalloc.kprobes.signal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.tck.tool.GnuToolchain;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;

/**
 * The functions of {@code signals.c}, compiled for tracing and linked to where the allocator has
 * put them. They call the C library of this process.
 */
final class SignalLibrary implements TraceableText, AutoCloseable {
  private static final int ROOM_BYTES = 16 << 10;

  /** Of {@code struct words}, in its order. */
  enum Word {
    STOP,
    READY,
    IN_WORK,
    JUMPED
  }

  private static final int WORDS_BYTES = 44 * Long.BYTES;
  private static final VarHandle WORD = JAVA_LONG.varHandle();

  private static final List<String> C_LIBRARY =
      List.of(
          "__errno_location",
          "_exit",
          "calloc",
          "fork",
          "free",
          "getcontext",
          "makecontext",
          "malloc",
          "mmap",
          "munmap",
          "pthread_create",
          "pthread_join",
          "pthread_kill",
          "pthread_self",
          "pthread_sigmask",
          "raise",
          "sigaction",
          "sigaddset",
          "sigaltstack",
          "sigemptyset",
          "swapcontext",
          "usleep",
          "waitpid");

  private final String arch;
  private final JitMemory memory;
  private final MemorySegment words = Arena.global().allocate(WORDS_BYTES, Long.BYTES);
  private final byte[] callSites;
  private final List<TextFunction> functions;

  private SignalLibrary(String arch, JitMemory memory, Path folder) throws IOException {
    this.arch = arch;
    this.memory = memory;
    String prefix = GnuToolchain.prefix(arch);
    List.of("gcc", "ld", "objcopy", "nm").forEach(tool -> ToolCommand.need(prefix + tool));
    Path source = folder.resolve("signals.c");
    try (InputStream in = SignalLibrary.class.getResourceAsStream("signals.c")) {
      Files.write(source, in.readAllBytes());
    }
    Path object = folder.resolve("signals.o");
    ToolCommand.must(compiler(prefix, source, object));
    Path script = folder.resolve("script.ld");
    Path linked = folder.resolve("signals.elf");
    Files.writeString(
        script,
        "SECTIONS { .text 0x%x : { *(.text .text.*) *(.rodata .rodata.*) } }"
            .formatted(memory.address()));
    ToolCommand.must(
        List.of(
            prefix + "ld",
            "-T",
            script.toString(),
            "-e",
            "leaf",
            object.toString(),
            "-o",
            linked.toString()));
    memory.write(0, section(prefix, linked, ".text"));
    callSites =
        section(
            prefix, linked, arch.equals("s390x") ? "__mcount_loc" : "__patchable_function_entries");
    functions = functions(ToolCommand.must(List.of(prefix + "nm", "-S", linked.toString())));
  }

  /** Makes it live. */
  void publish() {
    memory.publish();
  }

  /** Compiles and loads it, and leaves it to be published. Close it. */
  static SignalLibrary load(JitAllocator allocator, Path folder) throws IOException {
    JitMemory memory =
        allocator.allocate(AllocationRequest.of(ModMemType.TEXT, ROOM_BYTES).withAlignment(4096));
    try {
      return new SignalLibrary(allocator.target().arch(), memory, folder);
    } catch (IOException | RuntimeException failure) {
      memory.close();
      throw failure;
    }
  }

  private List<String> compiler(String prefix, Path source, Path object) {
    var command =
        new ArrayList<>(
            List.of(
                prefix + "gcc",
                "-O2",
                "-fpie",
                "-fno-builtin",
                "-fno-stack-protector",
                "-fno-asynchronous-unwind-tables",
                "-DWORDS=0x%xUL".formatted(words.address())));
    command.addAll(
        switch (arch) {
          case "amd64" -> List.of("-fcf-protection=none", "-fpatchable-function-entry=5");
          case "arm64" -> List.of("-fpatchable-function-entry=2");
          default -> List.of("-march=z196", "-pg", "-mfentry", "-mnop-mcount", "-mrecord-mcount");
        });
    for (String name : C_LIBRARY) {
      long address = Linker.nativeLinker().defaultLookup().find(name).orElseThrow().address();
      command.add("-DADDRESS_%s=0x%xUL".formatted(name, address));
    }
    command.addAll(List.of("-c", source.toString(), "-o", object.toString()));
    return command;
  }

  private static byte[] section(String prefix, Path linked, String name) throws IOException {
    Path out = linked.resolveSibling("section.bin");
    ToolCommand.must(
        List.of(prefix + "objcopy", "-O", "binary", "-j", name, linked.toString(), out.toString()));
    return Files.readAllBytes(out);
  }

  private List<TextFunction> functions(String listing) {
    var found = new ArrayList<TextFunction>();
    for (String line : listing.lines().toList()) {
      String[] word = line.split(" ");
      if (word.length == 4 && word[2].equalsIgnoreCase("t")) {
        long offset = Long.parseUnsignedLong(word[0], 16) - memory.address();
        found.add(new TextFunction(word[3], offset, Integer.parseInt(word[1], 16)));
      }
    }
    return found;
  }

  private TextFunction function(String name) {
    return functions.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  /** The address of a function. */
  long start(String name) {
    return memory.address() + function(name).offset();
  }

  /** The address of the first instruction of a function behind its call site. */
  long behindSite(String name) {
    int siteBytes =
        switch (arch) {
          case "amd64" -> 5;
          case "arm64" -> 8;
          default -> 6;
        };
    return start(name) + siteBytes;
  }

  /** Calls a function of two numbers that returns one. */
  long call(String name, long a, long b) {
    MethodHandle function =
        memory.function(
            function(name).offset(), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    try {
      return (long) function.invokeExact(a, b);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  long get(Word word) {
    return (long) WORD.getVolatile(words, (long) word.ordinal() * Long.BYTES);
  }

  void set(Word word, long value) {
    WORD.setVolatile(words, (long) word.ordinal() * Long.BYTES, value);
  }

  @Override
  public String owner() {
    return "signals";
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
  public List<TextFunction> functions() {
    return functions;
  }

  @Override
  public void close() {
    memory.close();
  }
}
