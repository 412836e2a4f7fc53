package org.jitalloc.arch.bpf;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Turns checked programs into machine code. A service with the property {@code jit.arch}. A pure
 * function, for any thread.
 */
@ConsumerType
public interface BpfCodeGenerator {

  /** {@return the name of the architecture} */
  String arch();

  /**
   * Compiles a program.
   *
   * @param source the program
   * @param cpuFeatures the optional instructions that may be used, as {@link
   *     org.jitalloc.Target#cpuFeatures()} names them
   * @return the code, a function as {@link BpfFrame} describes it
   */
  BpfCode generate(BpfSource source, Set<String> cpuFeatures);
}
