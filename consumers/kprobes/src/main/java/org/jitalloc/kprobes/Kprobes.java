package org.jitalloc.kprobes;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocException;
import org.jitalloc.Target;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The probes of a target: a service for each, with the property {@code jit.target}. Any instruction
 * of text that was handed in can be probed. On a host, handlers are called by the threads that come
 * there, outside of signal context; in an image probes are placed, and nothing is ever hit. For any
 * thread.
 */
@ProviderType
public interface Kprobes extends AutoCloseable {

  /** {@return the address space whose code can be probed} */
  Target target();

  /**
   * Forbids probes in a function.
   *
   * @param function its name
   * @param why for who asks for one
   */
  void blacklist(String function, String why);

  /** {@return the functions in which probes are forbidden, by name, and why} */
  Map<String, String> blacklist();

  /**
   * Finds an address.
   *
   * @param function the name of a function, or {@code module:function}
   * @param offset bytes from its start
   * @return the address
   * @throws ProbeRefusedException NO_SYMBOL if there is no function of that name
   */
  long address(String function, int offset);

  /**
   * Probes an instruction.
   *
   * @param address its address
   * @param request what is to be called
   * @return the probe
   * @throws ProbeRefusedException if it cannot be probed
   * @throws JitAllocException if memory cannot be had or something else stands there by now
   */
  Probe register(long address, ProbeRequest request);

  /**
   * Probes many instructions in one batch: all or none. It costs three synchronisations of the
   * processors, not three for each.
   *
   * @param requests what is to be probed, several probes of one address among them if wanted
   * @return the probes, in the order of the requests
   * @throws ProbeRefusedException if one cannot be probed
   * @throws JitAllocException if memory cannot be had or something else stands there by now
   */
  List<Probe> register(List<ProbeAt> requests);

  /**
   * Takes many probes away in one batch, as {@link Probe#close} does with one; those that are gone
   * are passed over.
   *
   * @param gone probes of this target
   * @throws JitAllocException INVALID_REQUEST if one is of another; none is taken away then
   */
  void unregister(Collection<Probe> gone);

  /**
   * Probes the returns of a function.
   *
   * @param address where it begins
   * @param request what is to be called
   * @return the probe
   * @throws ProbeRefusedException if it cannot be probed
   * @throws JitAllocException if memory cannot be had or something else stands there by now
   */
  Probe registerReturn(long address, ReturnProbeRequest request);

  /** {@return the probes that only write down that they were hit} */
  ProbeEvents events();

  /** {@return all probes, by address} */
  List<Probe> probes();

  /**
   * Takes all probes away, and what they needed. No function that is probed may return later. A
   * probe that cannot be taken away stays, and so does what it needs; it can be closed later, or
   * all again.
   */
  @Override
  void close();
}
