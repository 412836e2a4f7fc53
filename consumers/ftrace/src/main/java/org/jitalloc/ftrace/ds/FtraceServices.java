package org.jitalloc.ftrace.ds;

import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.run.LocalFtrace;
import org.jitalloc.support.Codecs;
import org.jitalloc.support.Counterparts;
import org.jitalloc.support.TargetServices;
import org.jitalloc.support.TextWhiteboard;
import org.jitalloc.text.CallSiteLender;
import org.jitalloc.text.OriginalText;
import org.jitalloc.text.TraceableText;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Registers an {@link Ftrace} service for each target whose architecture has {@link CallSites} and
 * {@link Tracers}, and gives it the texts that loaders register. When the allocator or a codec
 * goes, the service is unregistered first; then it restores all text that it has patched.
 */
@Component(service = FtraceServices.class, immediate = true)
public final class FtraceServices {
  private final Codecs<CallSites> sites = new Codecs<>(CallSites::arch);
  private final Codecs<Tracers> tracers = new Codecs<>(Tracers::arch);
  private final TextWhiteboard<LocalFtrace> texts = new TextWhiteboard<>();
  private final Counterparts<LocalFtrace, OriginalText> originals =
      new Counterparts<>(LocalFtrace::originalText);
  private final TargetServices<JitAllocator, LocalFtrace> services;

  private final class Tracing implements TargetServices.Kind<JitAllocator, LocalFtrace> {
    @Override
    public @Nullable LocalFtrace start(JitAllocator allocator) {
      String arch = allocator.target().arch();
      CallSites ofArch = sites.get(arch);
      Tracers code = tracers.get(arch);
      if (ofArch == null || code == null) {
        return null;
      }
      var ftrace = new LocalFtrace(allocator, ofArch, code, TraceSize.DEFAULT);
      originals.begin(allocator.target().name(), ftrace);
      texts.addPatcher(allocator.target().name(), ftrace);
      return ftrace;
    }

    @Override
    public void stop(LocalFtrace ftrace) {
      originals.end(ftrace);
      texts.removePatcher(ftrace);
      ftrace.close();
    }
  }

  /** Called by Declarative Services. */
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

  /** A loader sets the properties of a text again when the text is live. */
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
