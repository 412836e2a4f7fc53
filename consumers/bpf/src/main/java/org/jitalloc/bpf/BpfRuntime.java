package org.jitalloc.bpf;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Loads BPF programs and lists them. A bundle-scoped service with the property {@code jit.target}:
 * when a bundle stops, the programs that it loaded are closed. Without OSGi, {@link
 * org.jitalloc.bpf.plain.BpfRuntimes} makes one. All methods may be called by any thread.
 */
@ProviderType
public interface BpfRuntime {

  /** The most instructions a program can have, counting a wide one as two. */
  int MAX_INSTRUCTIONS = 1_000_000;

  /**
   * Checks a program and makes it ready to run.
   *
   * @param instructions the program, 8 bytes an instruction in the encoding of its byte order;
   *     copied
   * @param options its name and how it is to run
   * @return the program; close it when it is not needed any more
   * @throws BpfLoadException if the program breaks a rule
   * @throws org.jitalloc.JitAllocException UNSUPPORTED if {@link BpfLoadOptions.Engine#JIT} is
   *     wanted and there is no code generator for this machine; DENIED if policy forbids it; or as
   *     the allocator says. Nothing stays allocated.
   */
  BpfProgram load(byte[] instructions, BpfLoadOptions options);

  /**
   * Checks a program and makes it ready to run, checked, in the best way there is.
   *
   * @param instructions the program, 8 bytes an instruction in the encoding of its byte order;
   *     copied
   * @return the program; close it when it is not needed any more
   * @throws BpfLoadException if the program breaks a rule
   */
  default BpfProgram load(byte[] instructions) {
    return load(instructions, BpfLoadOptions.DEFAULTS);
  }

  /** {@return the programs that are loaded now, by their number} */
  List<BpfProgram> programs();

  /** {@return the names of the helpers that programs can call now, by their number, ascending} */
  Map<Integer, String> helpers();
}
