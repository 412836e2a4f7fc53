package org.jitalloc.modules.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.arch.tck.tool.GnuToolchain;
import org.jitalloc.arch.tck.tool.ToolCommand;

/**
 * Compiles for this machine; where it is emulated, by a compiler of the machine below.
 *
 * @param folder gets sources and objects
 */
public record HostCompiler(Path folder) {

  /** {@return what the names of this machine's tools begin with} */
  public static String prefix() {
    return GnuToolchain.prefix(JitAlloc.host().target().arch());
  }

  /**
   * Compiles a file of C, or of C++ if its name ends so. Skips the test if there is no compiler.
   *
   * @param file its name
   * @param source what is in it
   * @param options of the compiler
   * @return the object
   */
  public Path compile(String file, String source, String... options) throws IOException {
    String compiler = prefix() + (file.endsWith(".cc") ? "g++" : "gcc");
    ToolCommand.need(compiler);
    Path text = Files.writeString(folder.resolve(file), source);
    Path object = folder.resolve(file + ".o");
    var command = new ArrayList<>(List.of(compiler, "-O2", "-c"));
    command.addAll(List.of(options));
    command.addAll(List.of("-o", object.toString(), text.toString()));
    ToolCommand.must(command);
    return object;
  }
}
