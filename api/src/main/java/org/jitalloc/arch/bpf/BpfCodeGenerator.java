package org.jitalloc.arch.bpf;

import java.nio.ByteOrder;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Compiles checked programs to machine code. A service with the property {@code jit.arch}. Pure
 * functions, for any thread.
 */
@ConsumerType
public interface BpfCodeGenerator {

  /** {@return the name of the architecture} */
  String arch();

  /**
   * {@return the byte orders of programs that it compiles: little-endian always, and that of its
   * architecture}
   */
  default Set<ByteOrder> byteOrders() {
    return Set.of(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Compiles a program.
   *
   * @param source the program
   * @param cpuFeatures the optional instructions that may be used, as {@link
   *     org.jitalloc.Target#cpuFeatures()} names them
   * @return the code of a function as {@link BpfFrame} specifies it
   */
  BpfCode generate(BpfSource source, Set<String> cpuFeatures);
}
