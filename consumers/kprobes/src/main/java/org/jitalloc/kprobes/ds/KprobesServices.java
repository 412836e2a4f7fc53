package org.jitalloc.kprobes.ds;

import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.kprobes.Kprobes;
import org.jitalloc.kprobes.run.LocalKprobes;
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
 * Registers a {@link Kprobes} service for each target whose architecture has a {@link ProbeCodec},
 * and gives it the texts that loaders register. When the allocator or the codec goes, the service
 * is unregistered first; then it restores all text that it has patched.
 */
@Component(service = KprobesServices.class, immediate = true)
public final class KprobesServices {
  private final Codecs<ProbeCodec> codecs = new Codecs<>(ProbeCodec::arch);
  private final TextWhiteboard<LocalKprobes> texts = new TextWhiteboard<>();
  private final Counterparts<LocalKprobes, CallSiteLender> lenders =
      new Counterparts<>(LocalKprobes::lender);
  private final TargetServices<JitAllocator, LocalKprobes> services;

  private final class Probing implements TargetServices.Kind<JitAllocator, LocalKprobes> {
    @Override
    public @Nullable LocalKprobes start(JitAllocator allocator) {
      ProbeCodec codec = codecs.get(allocator.target().arch());
      if (codec == null) {
        return null;
      }
      var probes = new LocalKprobes(allocator, codec);
      lenders.begin(allocator.target().name(), probes);
      texts.addPatcher(allocator.target().name(), probes);
      return probes;
    }

    @Override
    public void stop(LocalKprobes probes) {
      texts.removePatcher(probes);
      lenders.end(probes);
      probes.close();
    }
  }

  /** Called by Declarative Services. */
  @Activate
  public KprobesServices(BundleContext context) {
    services =
        new TargetServices<>(
            context,
            List.of(Kprobes.class, OriginalText.class),
            JitAllocator::target,
            new Probing());
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindAllocator(JitAllocator allocator) {
    services.add(allocator);
  }

  void unbindAllocator(JitAllocator allocator) {
    services.remove(allocator);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindCodec(ProbeCodec codec) {
    codecs.add(codec);
    services.serveAll();
  }

  void unbindCodec(ProbeCodec codec) {
    if (codecs.remove(codec)) {
      services.replace(codec.arch());
    }
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindText(TraceableText text, Map<String, Object> properties) {
    texts.add(text, properties);
  }

  void unbindText(TraceableText text) {
    texts.remove(text);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindLender(CallSiteLender lender, Map<String, Object> properties) {
    lenders.add(lender, properties);
  }

  void unbindLender(CallSiteLender lender, Map<String, Object> properties) {
    lenders.remove(lender, properties);
  }

  @Deactivate
  void deactivate() {
    services.close();
  }
}
