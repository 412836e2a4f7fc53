package org.jitalloc.ftrace.ds;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.Target;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.TraceableText;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.ftrace.Registration;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.run.LocalFtrace;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Keeps an {@link Ftrace} service for each target whose architecture has call sites and tracers,
 * and tells it of the texts that others hand in. When one of these goes, the service goes first and
 * then all that it has patched is as it was.
 */
@Component(service = FtraceServices.class, immediate = true)
public final class FtraceServices {
  private static final System.Logger LOG = System.getLogger("org.jitalloc.ftrace");

  private final BundleContext context;

  /** What there is; the monitor guards all of these. */
  private final Map<JitAllocator, Served> served = new HashMap<>();

  private final List<JitAllocator> allocators = new ArrayList<>();
  private final Map<String, CallSites> sites = new HashMap<>();
  private final Map<String, Tracers> tracers = new HashMap<>();

  /** Texts by the names of their targets. */
  private final Map<TraceableText, String> texts = new HashMap<>();

  private record Served(
      Ftrace ftrace,
      ServiceRegistration<Ftrace> service,
      Map<TraceableText, Registration> registrations) {

    void close() {
      service.unregister();
      ftrace.close();
    }
  }

  /** Made by Declarative Services. */
  @Activate
  public FtraceServices(BundleContext context) {
    this.context = context;
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  synchronized void bindAllocator(JitAllocator allocator) {
    allocators.add(allocator);
    serve(allocator);
  }

  synchronized void unbindAllocator(JitAllocator allocator) {
    allocators.remove(allocator);
    stop(allocator);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  synchronized void bindSites(CallSites more) {
    sites.putIfAbsent(more.arch(), more);
    allocators.forEach(this::serve);
  }

  synchronized void unbindSites(CallSites gone) {
    if (sites.remove(gone.arch(), gone)) {
      stopAll(gone.arch());
    }
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  synchronized void bindTracers(Tracers more) {
    tracers.putIfAbsent(more.arch(), more);
    allocators.forEach(this::serve);
  }

  synchronized void unbindTracers(Tracers gone) {
    if (tracers.remove(gone.arch(), gone)) {
      stopAll(gone.arch());
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      updated = "updatedText")
  synchronized void bindText(TraceableText text, Map<String, Object> properties) {
    texts.put(text, String.valueOf(properties.get(Target.TARGET_PROPERTY)));
    served.forEach((allocator, it) -> register(allocator, it, text));
  }

  /** The way to say that a text that was handed in while it was being formed is live now. */
  synchronized void updatedText(TraceableText text) {
    served.values().stream()
        .filter(it -> it.registrations.containsKey(text))
        .forEach(it -> it.ftrace.update());
  }

  synchronized void unbindText(TraceableText text) {
    texts.remove(text);
    for (Served it : served.values()) {
      Registration registration = it.registrations.remove(text);
      if (registration != null) {
        registration.close();
      }
    }
  }

  @Deactivate
  synchronized void deactivate() {
    List.copyOf(served.keySet()).forEach(this::stop);
  }

  private void serve(JitAllocator allocator) {
    Target target = allocator.target();
    CallSites ofArch = sites.get(target.arch());
    Tracers code = tracers.get(target.arch());
    if (ofArch == null || code == null || served.containsKey(allocator)) {
      return;
    }
    Ftrace ftrace = new LocalFtrace(allocator, ofArch, code, TraceSize.DEFAULT);
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(Target.TARGET_PROPERTY, target.name());
    properties.put(Target.ARCH_PROPERTY, target.arch());
    Served it =
        new Served(
            ftrace, context.registerService(Ftrace.class, ftrace, properties), new HashMap<>());
    served.put(allocator, it);
    List.copyOf(texts.keySet()).forEach(text -> register(allocator, it, text));
  }

  /** Text that cannot be traced is said to be so, and disturbs nobody. */
  private void register(JitAllocator allocator, Served it, TraceableText text) {
    if (!allocator.target().name().equals(texts.get(text))) {
      return;
    }
    try {
      it.registrations.put(text, it.ftrace.register(text));
    } catch (JitAllocException failure) {
      LOG.log(Level.WARNING, "functions of " + text.owner() + " cannot be traced", failure);
    }
  }

  private void stopAll(String arch) {
    allocators.stream().filter(a -> a.target().arch().equals(arch)).forEach(this::stop);
  }

  private void stop(JitAllocator allocator) {
    Served it = served.remove(allocator);
    if (it != null) {
      it.close();
    }
  }
}
