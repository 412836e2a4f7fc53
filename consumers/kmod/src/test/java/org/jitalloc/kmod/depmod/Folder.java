package org.jitalloc.kmod.depmod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder of modules, assembled by the GNU assembler of this machine. */
final class Folder {
  private final Path root;

  Folder(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  /** Creates a module that exports and imports symbols. */
  void module(String path, String info, List<String> exports, List<String> imports)
      throws IOException, InterruptedException {
    var source = new StringBuilder(".section .modinfo,\"a\"\n");
    info.lines().forEach(line -> source.append(".asciz \"%s\"\n".formatted(line)));
    source.append(".section __ksymtab,\"a\"\n");
    exports.forEach(name -> source.append("__ksymtab_%s: .long 0, 0, 0\n".formatted(name)));
    source.append(".section __ksymtab_strings,\"a\"\n");
    exports.forEach(name -> source.append(".asciz \"%s\"\n".formatted(name)));
    source.append(".text\n.globl init_module\ninit_module: .byte 0\n");
    exports.forEach(name -> source.append(".globl %s\n%1$s: .byte 0\n".formatted(name)));
    imports.forEach(name -> source.append(".quad %s\n".formatted(name)));
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Process as =
        new ProcessBuilder("as", "-o", file.toString(), "-").redirectErrorStream(true).start();
    try (var out = as.getOutputStream()) {
      out.write(source.toString().getBytes(StandardCharsets.UTF_8));
    }
    var said = new String(as.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, as.waitFor(), said);
  }

  void file(String name, String text) throws IOException {
    Files.writeString(root.resolve(name), text);
  }
}
