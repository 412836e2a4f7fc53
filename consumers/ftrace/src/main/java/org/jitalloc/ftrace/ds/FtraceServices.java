package org.jitalloc.ftrace.ds;

import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.CallSiteLender;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.OriginalText;
import org.jitalloc.arch.trace.TraceableText;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.ftrace.Ftrace;
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
  private final Codecs<CallSites> sites = new Codecs<>(CallSites::arch);
  private final Codecs<Tracers> tracers = new Codecs<>(Tracers::arch);
  private final HandedTexts<Ftrace> texts = new HandedTexts<>(new Texts());
  private final Counterparts<Ftrace, OriginalText> originals = new Counterparts<>(Ftrace::original);
  private final TargetServices<JitAllocator, Ftrace> services;

  private static final class Texts implements HandedTexts.Told<Ftrace> {
    @Override
    public Runnable came(Ftrace who, TraceableText text) {
      return who.register(text)::close;
    }

    @Override
    public void isLive(Ftrace who) {
      who.update();
    }
  }

  private final class Tracing implements TargetServices.Kind<JitAllocator, Ftrace> {
    @Override
    public @Nullable Ftrace start(JitAllocator allocator) {
      String arch = allocator.target().arch();
      CallSites ofArch = sites.get(arch);
      Tracers code = tracers.get(arch);
      if (ofArch == null || code == null) {
        return null;
      }
      Ftrace ftrace = new LocalFtrace(allocator, ofArch, code, TraceSize.DEFAULT);
      originals.begin(allocator.target().name(), ftrace);
      texts.listen(allocator.target().name(), ftrace);
      return ftrace;
    }

    @Override
    public void stop(Ftrace ftrace) {
      originals.end(ftrace);
      texts.leave(ftrace);
      ftrace.close();
    }
  }

  /** Made by Declarative Services. */
  @Activate
  public FtraceServices(BundleContext context) {
    services =
        new TargetServices<>(
            context,
            List.of(Ftrace.class, CallSiteLender.class),
            JitAllocator::target,
            new Tracing());
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindAllocator(JitAllocator allocator) {
    services.add(allocator);
  }

  void unbindAllocator(JitAllocator allocator) {
    services.remove(allocator);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindSites(CallSites more) {
    sites.add(more);
    services.serveAll();
  }

  void unbindSites(CallSites gone) {
    if (sites.remove(gone)) {
      services.replace(gone.arch());
    }
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindTracers(Tracers more) {
    tracers.add(more);
    services.serveAll();
  }

  void unbindTracers(Tracers gone) {
    if (tracers.remove(gone)) {
      services.replace(gone.arch());
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      updated = "updatedText")
  void bindText(TraceableText text, Map<String, Object> properties) {
    texts.add(text, properties);
  }

  /** The way to say that a text that was handed in while it was being formed is live now. */
  void updatedText(TraceableText text) {
    texts.update(text);
  }

  void unbindText(TraceableText text) {
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
  void deactivate() {
    services.close();
  }
}
