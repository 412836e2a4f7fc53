package org.jitalloc.kprobes.ds;

import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.CallSiteLender;
import org.jitalloc.arch.trace.OriginalText;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.TraceableText;
import org.jitalloc.kprobes.Kprobes;
import org.jitalloc.kprobes.run.LocalKprobes;
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
 * Keeps a {@link Kprobes} service for each target whose architecture can be probed, and tells it of
 * the texts that others hand in. When one of these goes, the service goes first, and then all that
 * it has probed is as it was.
 */
@Component(service = KprobesServices.class, immediate = true)
public final class KprobesServices {
  private final Codecs<ProbeCodec> codecs = new Codecs<>(ProbeCodec::arch);
  private final HandedTexts<Kprobes> texts = new HandedTexts<>(new Texts());
  private final Counterparts<Kprobes, CallSiteLender> lenders = new Counterparts<>(Kprobes::lender);
  private final TargetServices<JitAllocator, Kprobes> services;

  private static final class Texts implements HandedTexts.Told<Kprobes> {
    @Override
    public Runnable came(Kprobes who, TraceableText text) {
      who.add(text);
      return () -> who.remove(text);
    }

    @Override
    public void isLive(Kprobes who) {}
  }

  private final class Probing implements TargetServices.Kind<JitAllocator, Kprobes> {
    @Override
    public @Nullable Kprobes start(JitAllocator allocator) {
      ProbeCodec codec = codecs.get(allocator.target().arch());
      if (codec == null) {
        return null;
      }
      Kprobes probes = new LocalKprobes(allocator, codec);
      lenders.begin(allocator.target().name(), probes);
      texts.listen(allocator.target().name(), probes);
      return probes;
    }

    @Override
    public void stop(Kprobes probes) {
      texts.leave(probes);
      lenders.end(probes);
      probes.close();
    }
  }

  /** Made by Declarative Services. */
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
