package org.jitalloc.kprobes.ds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.kprobes.Kprobes;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ProbeRefusedException;
import org.jitalloc.kprobes.ProbeRequest;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TraceableText;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Services come and go in any order; what was probed is as before when they are gone. */
final class KprobesServicesTest {
  /** lea rax, [rdi + rsi]; mov rcx, rdi; ret. */
  private static final byte[] SUM = HexFormat.of().parseHex("488d04374889f9c3");

  private static final ProbeRequest NOTHING = ProbeRequest.before(_ -> {});

  private final JitAllocator image = JitAlloc.newImage("image-services", "amd64");
  private final List<Kprobes> published = new ArrayList<>();
  private final KprobesServices services = new KprobesServices(context());

  private record Text(String owner, JitMemory memory) implements TraceableText {
    @Override
    public byte[] callSites() {
      return new byte[0];
    }

    @Override
    public List<TextFunction> functions() {
      return List.of(new TextFunction("sum", 0, SUM.length));
    }

    byte[] code() {
      return memory.read(0, SUM.length);
    }
  }

  private BundleContext context() {
    return (BundleContext)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {BundleContext.class},
            (_, method, arguments) -> {
              assertEquals("registerService", method.getName());
              Kprobes probes = (Kprobes) arguments[1];
              published.add(probes);
              return Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {ServiceRegistration.class},
                  (_, called, _) -> {
                    assertEquals("unregister", called.getName());
                    published.remove(probes);
                    return null;
                  });
            });
  }

  private static ProbeCodec codec() {
    return ServiceLoader.load(ProbeCodec.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(c -> c.arch().equals("amd64"))
        .findFirst()
        .orElseThrow();
  }

  private Text forming(String owner) {
    JitMemory memory = image.allocate(ModMemType.TEXT, SUM.length);
    memory.write(0, SUM);
    return new Text(owner, memory);
  }

  private void bind(Text text, String target) {
    services.bindText(text, Map.of("jit.target", target));
  }

  @Test
  void serviceIsThere_whileAllThatItNeedsIs_andLeavesNothingInTexts() {
    ProbeCodec codec = codec();
    services.bindAllocator(image);
    assertEquals(List.of(), published);
    services.bindCodec(codec);
    Text text = forming("mod");
    bind(text, "image-services");
    text.memory().publish();
    Kprobes probes = published.getFirst();
    Probe probe = probes.register(probes.address("sum", 0), NOTHING);
    assertNotEquals(SUM[0], text.code()[0]);
    services.unbindCodec(codec);
    assertEquals(List.of(), published);
    assertFalse(probe.isEnabled());
    assertArrayEquals(SUM, text.code());
    services.bindCodec(codec);
    assertEquals(List.of(), published.getFirst().probes());
    Kprobes again = published.getFirst();
    again.register(again.address("mod:sum", 4), NOTHING);
    services.unbindAllocator(image);
    assertEquals(List.of(), published);
    assertArrayEquals(SUM, text.code());
  }

  @Test
  void texts_areKnownWhileTheyAreHandedIn_ofTheirTargetOnly() {
    Text before = forming("before");
    bind(before, "image-services");
    bind(forming("elsewhere"), "host");
    services.bindCodec(codec());
    services.bindAllocator(image);
    Kprobes probes = published.getFirst();
    assertEquals(before.memory().address() + 4, probes.address("before:sum", 4));
    assertThrows(ProbeRefusedException.class, () -> probes.address("elsewhere:sum", 0));
    before.memory().publish();
    probes.register(probes.address("sum", 0), NOTHING);
    services.unbindText(before);
    assertArrayEquals(SUM, before.code());
    assertThrows(ProbeRefusedException.class, () -> probes.address("sum", 0));
    services.deactivate();
  }

  @Test
  void textThatIsNotLive_isRefused_untilItIs() {
    services.bindCodec(codec());
    services.bindAllocator(image);
    Text text = forming("later");
    bind(text, "image-services");
    Kprobes probes = published.getFirst();
    long address = probes.address("sum", 0);
    var refused =
        assertThrows(ProbeRefusedException.class, () -> probes.register(address, NOTHING));
    assertEquals(ProbeRefusedException.Reason.NOT_TEXT, refused.reason());
    text.memory().publish();
    probes.register(address, NOTHING);
    assertNotEquals(SUM[0], text.code()[0]);
  }
}
