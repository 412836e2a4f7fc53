package org.jitalloc.kprobes;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.tck.tool.GnuToolchain;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;

/** C, compiled by gcc to a flat image that needs nothing from elsewhere, and loaded. */
record Compiled(JitMemory memory, List<TextFunction> functions) {
  /** Code of arm64 finds its constants by pages (ADRP), so it has to begin where one does. */
  private static final int PAGE_BYTES = 4096;

  static Compiled load(JitAllocator allocator, Path folder, String source, String... flags)
      throws IOException {
    String prefix = GnuToolchain.prefix(allocator.target().arch());
    ToolCommand.need(prefix + "gcc");
    Path c = Files.writeString(folder.resolve("t.c"), source);
    Path elf = folder.resolve("t.elf");
    Path flat = folder.resolve("t.bin");
    var gcc =
        new ArrayList<>(
            List.of(
                prefix + "gcc",
                "-O2",
                "-fpie",
                "-ffreestanding",
                "-fno-stack-protector",
                "-nostdlib"));
    gcc.addAll(List.of("-static", "-fno-asynchronous-unwind-tables"));
    if (prefix.isEmpty()) {
      gcc.add("-fcf-protection=none");
    }
    gcc.addAll(List.of("-Wl,-Ttext=0,-N,--build-id=none,-e,0", "-o", elf.toString()));
    gcc.addAll(List.of(flags));
    gcc.add(c.toString());
    ToolCommand.must(gcc);
    ToolCommand.must(List.of(prefix + "objcopy", "-O", "binary", elf.toString(), flat.toString()));
    byte[] image = Files.readAllBytes(flat);
    var request = AllocationRequest.of(ModMemType.TEXT, image.length).withAlignment(PAGE_BYTES);
    JitMemory memory = allocator.allocate(request);
    memory.write(0, image);
    memory.publish();
    return new Compiled(
        memory, functions(ToolCommand.must(List.of(prefix + "nm", "-S", elf.toString()))));
  }

  private static List<TextFunction> functions(String listing) {
    var functions = new ArrayList<TextFunction>();
    for (String line : listing.lines().toList()) {
      String[] word = line.split(" ");
      if (word.length == 4 && word[2].equalsIgnoreCase("t")) {
        functions.add(
            new TextFunction(
                word[3], Integer.parseInt(word[0], 16), Integer.parseInt(word[1], 16)));
      }
    }
    return functions;
  }

  TraceableText text() {
    return new PlainText("test", memory, functions);
  }

  /** Where a function's instructions are. */
  List<Long> starts(TextFunction function) {
    byte[] code = memory.read(function.offset(), function.bytes());
    long start = memory.address() + function.offset();
    ProbeCodec codec =
        ServiceLoader.load(ProbeCodec.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(one -> one.arch().equals(JitAlloc.host().target().arch()))
            .findFirst()
            .orElseThrow();
    return codec.read(code).starts().stream().mapToObj(offset -> start + offset).toList();
  }

  TextFunction function(String name) {
    return functions.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  /** A function of two numbers that gives one. */
  MethodHandle call(String name) {
    return memory.function(
        function(name).offset(), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
  }
}
