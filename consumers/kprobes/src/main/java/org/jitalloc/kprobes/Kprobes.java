package org.jitalloc.kprobes;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.Target;
import org.jitalloc.arch.trace.CallSiteLender;
import org.jitalloc.arch.trace.OriginalText;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.TraceableText;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The probes of a target: a service for each, with the property {@code jit.target}. Any instruction
 * of text that was handed in can be probed. On a host, handlers are called by the threads that come
 * there, outside of signal context; in an image probes are placed, and nothing is ever hit. For any
 * thread.
 */
@ProviderType
public interface Kprobes extends OriginalText, AutoCloseable {

  /**
   * Makes the probes of a target, with the codec that is on the class path: for programs without an
   * OSGi framework. One for each target is enough: of two, neither would know of the instructions
   * that the other has replaced.
   *
   * @param allocator the target's
   * @return its probes
   * @throws JitAllocException UNSUPPORTED if there is no codec for its architecture
   */
  static Kprobes on(JitAllocator allocator) {
    String arch = allocator.target().arch();
    return ServiceLoader.load(ProbeCodec.class, Kprobes.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(c -> c.arch().equals(arch))
        .findFirst()
        .map(codec -> new LocalKprobes(allocator, codec))
        .orElseThrow(
            () ->
                new JitAllocException(
                    JitAllocException.Reason.UNSUPPORTED,
                    "no probes for this architecture: target=%s arch=%s"
                        .formatted(allocator.target().name(), arch)));
  }

  /** {@return the address space whose code can be probed} */
  Target target();

  /**
   * Lets text be probed, once it is live.
   *
   * @param text the text
   * @throws JitAllocException INVALID_REQUEST if text of the same memory can be probed already
   */
  void add(TraceableText text);

  /**
   * Takes all probes out of a text; it cannot be probed any more. To be called before its memory is
   * closed; memory that was freed by now is left alone.
   *
   * @param text what was handed in
   */
  void remove(TraceableText text);

  /**
   * Says who has the call sites of the target in hand. Probes there borrow them from now on: both
   * the probe is hit and the function is traced, first the one and then the other, whoever came
   * first. A call site is nothing to a probe but a NOP. To be called with no lock held that the
   * lender's own callers may wait for.
   *
   * @param lender who has them, or null if nobody has; what was borrowed before stays so
   */
  void lender(@Nullable CallSiteLender lender);

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
