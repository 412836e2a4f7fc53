package org.jitalloc.ftrace.ds;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.CallSiteLender;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.OriginalText;
import org.jitalloc.arch.trace.TraceableText;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.ftrace.Registration;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.run.LocalFtrace;
import org.jitalloc.support.Codecs;
import org.jitalloc.support.Counterparts;
import org.jitalloc.support.HandedTexts;
import org.jitalloc.support.TargetServices;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
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
  /** The monitor guards these, down to the services. */
  private final Codecs<CallSites> sites = new Codecs<>(CallSites::arch);

  private final Codecs<Tracers> tracers = new Codecs<>(Tracers::arch);
  private final HandedTexts<Served> texts = new HandedTexts<>(new Texts());
  private final Map<Ftrace, Served> served = new HashMap<>();
  private final TargetServices<Ftrace> services;

  /** Without the monitor. */
  private final Counterparts<Ftrace, OriginalText> originals = new Counterparts<>(Ftrace::original);

  private record Served(Ftrace ftrace, Map<TraceableText, Registration> registrations) {}

  private static final class Texts implements HandedTexts.Told<Served> {
    @Override
    public void came(Served who, TraceableText text) {
      who.registrations.put(text, who.ftrace.register(text));
    }

    @Override
    public void isLive(Served who, TraceableText text) {
      who.ftrace.update();
    }

    @Override
    public void went(Served who, TraceableText text) {
      Registration registration = who.registrations.remove(text);
      if (registration != null) {
        registration.close();
      }
    }
  }

  private final class Tracing implements TargetServices.Kind<Ftrace> {
    @Override
    public @Nullable Ftrace start(JitAllocator allocator) {
      String arch = allocator.target().arch();
      CallSites ofArch = sites.get(arch);
      Tracers code = tracers.get(arch);
      if (ofArch == null || code == null) {
        return null;
      }
      Ftrace ftrace = new LocalFtrace(allocator, ofArch, code, TraceSize.DEFAULT);
      var who = new Served(ftrace, new HashMap<>());
      served.put(ftrace, who);
      originals.begin(allocator.target().name(), ftrace);
      texts.listen(allocator.target().name(), who);
      return ftrace;
    }

    @Override
    public void stop(Ftrace ftrace) {
      originals.end(ftrace);
      Served who = served.remove(ftrace);
      if (who != null) {
        texts.leave(who);
      }
      ftrace.close();
    }
  }

  /** Made by Declarative Services. */
  @Activate
  public FtraceServices(BundleContext context) {
    services =
        new TargetServices<>(context, List.of(Ftrace.class, CallSiteLender.class), new Tracing());
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  synchronized void bindAllocator(JitAllocator allocator) {
    services.add(allocator);
  }

  synchronized void unbindAllocator(JitAllocator allocator) {
    services.remove(allocator);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  synchronized void bindSites(CallSites more) {
    sites.add(more);
    services.serveAll();
  }

  synchronized void unbindSites(CallSites gone) {
    if (sites.remove(gone)) {
      services.replace(gone.arch());
    }
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  synchronized void bindTracers(Tracers more) {
    tracers.add(more);
    services.serveAll();
  }

  synchronized void unbindTracers(Tracers gone) {
    if (tracers.remove(gone)) {
      services.replace(gone.arch());
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      updated = "updatedText")
  synchronized void bindText(TraceableText text, Map<String, Object> properties) {
    texts.add(text, properties);
  }

  /** The way to say that a text that was handed in while it was being formed is live now. */
  synchronized void updatedText(TraceableText text) {
    texts.update(text);
  }

  synchronized void unbindText(TraceableText text) {
    texts.remove(text);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindOriginal(OriginalText original, Map<String, Object> properties) {
    originals.add(original, properties);
  }

  void unbindOriginal(OriginalText original, Map<String, Object> properties) {
    originals.remove(original, properties);
  }

  @Deactivate
  synchronized void deactivate() {
    services.close();
  }
}
