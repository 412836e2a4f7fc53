package org.jitalloc.kprobes;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocException;
import org.jitalloc.Target;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The probes of a target: one service for each target, with the property {@code jit.target}. Any
 * instruction of registered text ({@link org.jitalloc.text.TraceableText}) can be probed. On a
 * host, the thread that hits a probe calls its handlers, outside of signal context. In an image the
 * text is patched, and no probe is hit. For any thread.
 */
@ProviderType
public interface Kprobes extends AutoCloseable {

  /** {@return the target} */
  Target target();

  /**
   * Forbids probes in a function. Existing probes stay.
   *
   * @param function its name
   * @param why the reason, for the message of a refusal
   */
  void blacklist(String function, String why);

  /** {@return the names of the functions in which probes are forbidden, with the reasons} */
  Map<String, String> blacklist();

  /**
   * Finds an address of a function.
   *
   * @param function the name of a function, or {@code module:function}
   * @param offset bytes from its start
   * @return the address
   * @throws ProbeRefusedException NO_SYMBOL if there is no function of that name
   */
  long address(String function, int offset);

  /**
   * Registers a probe at an instruction.
   *
   * @param address its address
   * @param request the handlers and options
   * @return the probe
   * @throws ProbeRefusedException if it cannot be probed
   * @throws JitAllocException if no memory can be allocated, or the text contains other bytes
   */
  Probe register(long address, ProbeRequest request);

  /**
   * Registers probes in one batch, all or none. The batch costs three synchronisations of the
   * processors, not three for each probe.
   *
   * @param requests the probes; several may have the same address
   * @return the probes, in the order of the requests
   * @throws ProbeRefusedException if one cannot be probed
   * @throws JitAllocException if no memory can be allocated, or the text contains other bytes
   */
  List<Probe> register(List<ProbeAt> requests);

  /**
   * Removes probes in one batch, all or none, as {@link Probe#close} does. Probes that are removed
   * already are skipped.
   *
   * @param gone the probes, all of this target
   * @throws JitAllocException INVALID_REQUEST if one is of another target; none is removed then
   */
  void unregister(Collection<Probe> gone);

  /**
   * Registers a return probe.
   *
   * @param address the first instruction of the function
   * @param request the handlers and options
   * @return the probe
   * @throws ProbeRefusedException if it cannot be probed
   * @throws JitAllocException if no memory can be allocated, or the text contains other bytes
   */
  Probe registerReturn(long address, ReturnProbeRequest request);

  /** {@return the events: named probes that record their hits} */
  ProbeEvents events();

  /** {@return all probes, by address} */
  List<Probe> probes();

  /**
   * Removes all probes, and frees their memory. No function with a return probe may return later. A
   * probe that cannot be removed stays, with the code that it needs; close it, or this, again.
   */
  @Override
  void close();
}
