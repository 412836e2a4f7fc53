package org.jitalloc.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.bench.process.Tool;

/**
 * AsmJit's JitAllocator, which replays traces in a small C++ program that is compiled at the first
 * use. Each replay is a process with a new allocator, which is the best case for the peer.
 */
public final class Peer {
  private static final String SOURCE = "asmjit-peer.cpp";
  private static final String WARM_UPS = "1";

  private final Path program;

  private Peer(Path program) {
    this.program = program;
  }

  /**
   * Compiles the peer, if it is not compiled.
   *
   * @param sources the folder of its source
   * @param folder the folder for the program
   * @return the peer
   * @throws PeerMissingException if it cannot be compiled here; the message says what to install
   * @throws IOException if the folder cannot be written
   */
  public static Peer compile(Path sources, Path folder) throws IOException, PeerMissingException {
    Path source = sources.resolve(SOURCE);
    Path program = folder.resolve(SOURCE.replace(".cpp", ""));
    if (Files.exists(program)
        && Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) > 0) {
      return new Peer(program);
    }
    Files.createDirectories(folder);
    Path fresh = folder.resolve(SOURCE + "." + ProcessHandle.current().pid());
    Tool.Output compiler;
    try {
      compiler =
          Tool.run(
              List.of(
                  "g++",
                  "-std=c++17",
                  "-O2",
                  "-o",
                  fresh.toString(),
                  source.toString(),
                  "-lasmjit",
                  "-lpthread",
                  "-lrt"));
    } catch (IOException noCompiler) {
      throw new PeerMissingException("there is no g++", noCompiler);
    }
    if (compiler.code() != 0) {
      throw new PeerMissingException(reason(compiler.text()), null);
    }
    Files.move(
        fresh,
        program,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    return new Peer(program);
  }

  private static String reason(String output) {
    return output
        .lines()
        .filter(line -> line.contains("error") || line.contains("cannot find"))
        .findFirst()
        .orElse("g++ failed: " + output);
  }

  /**
   * Replays a trace.
   *
   * @param trace the file of the trace
   * @param threads the number of threads
   * @param options the options of the peer
   * @param write whether each allocation is filled with bytes
   * @return the result
   * @throws IOException if the peer failed
   */
  public PeerResult replay(Path trace, int threads, PeerOptions options, boolean write)
      throws IOException {
    String output =
        Tool.must(
            List.of(
                program.toString(),
                trace.toString(),
                Integer.toString(threads),
                Integer.toString(options.bits()),
                write ? "1" : "0",
                WARM_UPS));
    return PeerResult.parse(output);
  }
}
