package org.jitalloc.bpf;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A function of Java that programs can call by its number. Register it as a service, or list it in
 * {@code META-INF/services/org.jitalloc.bpf.BpfHelper}. Of two with the same number the one that
 * came first counts. When the service goes, programs that call it end with a {@link
 * BpfHelperException} until one with its number is there again.
 */
@ConsumerType
public interface BpfHelper {

  /** {@return its number; always the same} */
  int id();

  /** {@return its name, for people} */
  String name();

  /**
   * Called by the program, in the thread that runs it. May itself run programs.
   *
   * @param call what this call may do with the program; not to be used after it
   * @param r1 the first argument
   * @param r2 the second argument
   * @param r3 the third argument
   * @param r4 the fourth argument
   * @param r5 the fifth argument
   * @return r0
   * @throws Exception to end the run: its caller gets a {@link BpfHelperException} with this cause
   */
  long call(BpfCall call, long r1, long r2, long r3, long r4, long r5) throws Exception;
}
