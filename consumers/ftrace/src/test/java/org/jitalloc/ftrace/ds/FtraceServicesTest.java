package org.jitalloc.ftrace.ds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.reflect.Proxy;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.ftrace.TracedFunction;
import org.jitalloc.ftrace.testing.PlainText;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Services come and go in any order; what was patched is as before when they are gone. */
final class FtraceServicesTest {
  private static final byte[] SITE = HexFormat.of().parseHex("0f1f440000");

  private final JitAllocator image = JitAlloc.newImage("image-services", "amd64");
  private final List<Ftrace> published = new CopyOnWriteArrayList<>();
  private Runnable listener = () -> {};
  private final FtraceServices services = new FtraceServices(context());

  private BundleContext context() {
    return (BundleContext)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {BundleContext.class},
            (_, method, arguments) -> {
              assertEquals("registerService", method.getName());
              Ftrace ftrace = (Ftrace) arguments[1];
              published.add(ftrace);
              listener.run();
              return Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {ServiceRegistration.class},
                  (_, called, _) -> {
                    assertEquals("unregister", called.getName());
                    published.remove(ftrace);
                    return null;
                  });
            });
  }

  private static CallSites sites() {
    return ServiceLoader.load(CallSites.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(s -> s.arch().equals("amd64"))
        .findFirst()
        .orElseThrow();
  }

  private static Tracers tracers() {
    return ServiceLoader.load(Tracers.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(s -> s.arch().equals("amd64"))
        .findFirst()
        .orElseThrow();
  }

  private PlainText text(String name) {
    return PlainText.forming(image, name, SITE, Map.of(0, name));
  }

  private List<String> names() {
    return published.getFirst().functions().stream().map(TracedFunction::name).toList();
  }

  private void bind(PlainText text, String target) {
    services.bindText(text, Map.of("jit.target", target));
  }

  @Test
  void serviceIsThere_whileAllThatItNeedsIs() {
    Tracers tracers = tracers();
    services.bindTracers(tracers);
    services.bindAllocator(image);
    assertEquals(List.of(), published);
    services.bindSites(sites());
    assertEquals(1, published.size());
    services.unbindTracers(tracers);
    assertEquals(List.of(), published);
    services.bindTracers(tracers);
    assertEquals(1, published.size());
    services.unbindAllocator(image);
    assertEquals(List.of(), published);
  }

  @Test
  void texts_areKnownWhetherTheyComeBeforeOrAfter_ofTheirTargetOnly() {
    PlainText before = text("before");
    bind(before, "image-services");
    bind(text("elsewhere"), "host");
    services.bindTracers(tracers());
    services.bindSites(sites());
    services.bindAllocator(image);
    assertEquals(List.of("before"), names());
    PlainText after = text("after");
    bind(after, "image-services");
    assertEquals(2, names().size());
    services.unbindText(before);
    assertEquals(List.of("after"), names());
  }

  @Test
  void textThatIsPublishedLater_isTracedOnceItsServiceSaysSo() {
    services.bindTracers(tracers());
    services.bindSites(sites());
    services.bindAllocator(image);
    PlainText text = text("later");
    bind(text, "image-services");
    published.getFirst().tracer(CurrentTracer.FUNCTION);
    text.memory().publish();
    assertArrayEquals(SITE, text.memory().read(0, SITE.length));
    services.updatedText(text);
    assertNotEquals(SITE[0], text.memory().read(0, 1)[0]);
    services.deactivate();
    assertArrayEquals(SITE, text.memory().read(0, SITE.length));
  }

  /** Who hears of the service may wait for threads that load and unload. */
  @Test
  void listenerThatWaitsForTextsAndTargets_isNotKeptWaiting() throws Exception {
    PlainText before = text("before");
    bind(before, "image-services");
    var rest =
        new FutureTask<>(
            () -> {
              services.unbindText(before);
              bind(text("after"), "image-services");
              services.bindAllocator(JitAlloc.newImage("another", "amd64"));
              return List.copyOf(names());
            });
    listener =
        () -> {
          listener = () -> {};
          Thread.ofPlatform().daemon().start(rest);
          assertDoesNotThrow(() -> rest.get(30, TimeUnit.SECONDS));
        };
    services.bindTracers(tracers());
    services.bindSites(sites());
    services.bindAllocator(image);
    assertEquals(List.of("after"), rest.get(0, TimeUnit.SECONDS));
    assertEquals(2, published.size());
    services.deactivate();
    assertEquals(List.of(), published);
  }
}
