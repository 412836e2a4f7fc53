package org.jitalloc.itests.container;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jitalloc.AccessViolationException;
import org.jitalloc.ImageMemory;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Target;
import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfHelper;
import org.jitalloc.bpf.BpfHelperException;
import org.jitalloc.bpf.BpfLoadException;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.itests.harness.InContainer;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.service.cm.ConfigurationAdmin;

/** Helpers follow their services, and image targets follow their configurations. */
@InContainer
final class WhiteboardTest {

  /** {@code r1 = 5; call 77; exit}. */
  private static final byte[] CALLS_77 =
      HexFormat.of().parseHex("b701000005000000" + "850000004d000000" + "9500000000000000");

  private record Adder(long number) implements BpfHelper {
    @Override
    public int id() {
      return 77;
    }

    @Override
    public String name() {
      return "adder";
    }

    @Override
    public long call(BpfCall call, long r1, long r2, long r3, long r4, long r5) {
      return r1 + number;
    }
  }

  @Test
  void helper_comingAndGoing_isFollowed() {
    assertThrows(BpfLoadException.class, () -> Inside.load(CALLS_77).close());
    var first = Inside.context().registerService(BpfHelper.class, new Adder(100), null);
    try (BpfProgram program = Inside.load(CALLS_77)) {
      assertEquals(105, program.run());
      first.unregister();
      assertThrows(BpfHelperException.class, program::run);
      var second = Inside.context().registerService(BpfHelper.class, new Adder(200), null);
      assertEquals(205, program.run());
      second.unregister();
    }
  }

  @Test
  void helpersOfConformancePrograms_areThereWithTheConsole() throws Exception {
    var runtime = Inside.service(BpfRuntime.class, Inside.HOST);
    var names =
        Map.of(0, "gather_bytes", 1, "memfrob", 2, "no_op", 3, "sqrti", 4, "strcmp", 5, "unwind");
    assertEquals(names, runtime.helpers());
    Inside.bundle("org.jitalloc.console").stop();
    assertEquals(Map.of(), runtime.helpers());
  }

  @Test
  void imageTarget_configured_appearsWithItsRulesAndGoes() throws Exception {
    var admin = Inside.service(ConfigurationAdmin.class, "(objectClass=*)");
    String arch = Inside.service(JitAllocator.class, Inside.HOST).target().arch();
    var configuration = admin.createFactoryConfiguration("org.jitalloc.image", "?");
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put("name", "configured");
    properties.put("arch", arch);
    properties.put("kaslr", true);
    properties.put("seed", 42L);
    configuration.update(properties);

    JitAllocator image = Inside.service(JitAllocator.class, "(jit.target=configured)");
    assertEquals(Target.Kind.IMAGE, image.target().kind());
    assertEquals(arch, image.target().arch());
    assertTrue(image.slabs().isEmpty(), () -> image.slabs().toString());
    byte[] code = HexFormat.of().parseHex("0011223344556677");
    JitMemory text = image.allocate(ModMemType.TEXT, code.length);
    text.write(0, code);
    text.publish();
    ImageMemory memory = image.image().orElseThrow();
    assertArrayEquals(code, memory.fetch(text.address(), code.length));
    assertThrows(AccessViolationException.class, () -> memory.store(text.address(), code));
    assertEquals(List.of("configured"), List.of(image.target().name()));

    var gone = new CountDownLatch(1);
    ServiceListener listener =
        event -> {
          if (event.getType() == ServiceEvent.UNREGISTERING) {
            gone.countDown();
          }
        };
    Inside.context().addServiceListener(listener, "(jit.target=configured)");
    configuration.delete();
    assertTrue(gone.await(30, TimeUnit.SECONDS), "the image still exists");
    assertFalse(Inside.isThere(JitAllocator.class, "(jit.target=configured)"));
  }
}
