package org.jitalloc.modules.relocation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jitalloc.arch.tck.tool.ToolCommand;

/**
 * GNU as and ld of one architecture: what relocations mean, according to another linker.
 *
 * @param prefix what stands before the names of the tools
 * @param emulation what ld calls the architecture
 */
record GnuTools(String prefix, String emulation) {

  Path assemble(Path folder, String name, String source) throws IOException {
    ToolCommand.need(prefix + "as", prefix + "ld", prefix + "objcopy");
    Path text = Files.writeString(folder.resolve(name + ".s"), source);
    Path object = folder.resolve(name + ".o");
    ToolCommand.must(List.of(prefix + "as", "-o", object.toString(), text.toString()));
    return object;
  }

  /** Links an object with each section and symbol where it is told, and gives the file. */
  Path link(Path object, Map<String, Long> sections, Map<String, Long> symbols) throws IOException {
    var script = new StringBuilder("SECTIONS {\n");
    sections.entrySet().stream()
        .sorted((a, b) -> Long.compareUnsigned(a.getValue(), b.getValue()))
        .forEach(
            section ->
                script.append(
                    "  %s 0x%x : { KEEP(*(%s)) }\n"
                        .formatted(section.getKey(), section.getValue(), section.getKey())));
    script.append("  /DISCARD/ : { *(*) }\n}\n");
    symbols.forEach((name, at) -> script.append("%s = 0x%x;\n".formatted(name, at)));
    Path scriptFile = Files.writeString(object.resolveSibling("link.ld"), script);
    Path linked = object.resolveSibling("linked");
    ToolCommand.must(
        List.of(
            prefix + "ld",
            "-m",
            emulation,
            "-N",
            "-static",
            "--no-relax",
            "--no-check-sections",
            "--build-id=none",
            "--no-warn-rwx-segments",
            "-e",
            "0",
            "-T",
            scriptFile.toString(),
            "-o",
            linked.toString(),
            object.toString()));
    return linked;
  }

  byte[] section(Path linked, String name) throws IOException {
    Path bytes = linked.resolveSibling("section.bin");
    ToolCommand.must(
        List.of(
            prefix + "objcopy", "-O", "binary", "-j", name, linked.toString(), bytes.toString()));
    return Files.readAllBytes(bytes);
  }
}
