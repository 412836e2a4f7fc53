package org.jitalloc.ftrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.Purpose;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.testing.PlainText;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.Test;

/** A text that comes or goes costs what it costs, however many others there are. */
final class ManyTextsTest {
  private static final byte[] SITE = HexFormat.of().parseHex("0f1f440000");
  private static final int TEXTS = 50;

  private final JitAllocator image = JitAlloc.newImage("many-texts", "amd64");

  /** How often the form of sites was asked for anything. */
  private int asked;

  private final LocalFtrace ftrace =
      new LocalFtrace(
          image,
          counting(amd64(CallSites.class, CallSites::arch)),
          amd64(Tracers.class, Tracers::arch),
          new TraceSize(4, 16, 16, 100));

  private static <T> T amd64(Class<T> type, Function<T, String> arch) {
    return ServiceLoader.load(type).stream()
        .map(ServiceLoader.Provider::get)
        .filter(one -> arch.apply(one).equals("amd64"))
        .findFirst()
        .orElseThrow();
  }

  private CallSites counting(CallSites form) {
    return (CallSites)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {CallSites.class},
            (_, method, arguments) -> {
              asked++;
              return method.invoke(form, arguments);
            });
  }

  private int asked(Runnable action) {
    asked = 0;
    action.run();
    return asked;
  }

  private long trampolines() {
    return image.allocations().stream()
        .filter(a -> a.purpose() == Purpose.FTRACE && a.type().isText())
        .count();
  }

  @Test
  void textThatComesOrGoes_isLookedAtAlone() {
    ftrace.tracer(CurrentTracer.FUNCTION);
    List<KnownText> registrations = new ArrayList<>();
    List<Integer> came = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      PlainText text = PlainText.forming(image, "m" + i, SITE, Map.of(0, "f" + i));
      came.add(
          asked(
              () -> {
                registrations.add(ftrace.add(text));
                text.memory().publish();
                ftrace.textsPublished();
              }));
    }
    assertTrue(ftrace.functions().stream().allMatch(f -> f.calls() != 0));
    assertEquals(List.of(came.getFirst()), came.stream().distinct().toList(), "for each");
    assertEquals(1, trampolines());
    assertEquals(0, asked(ftrace::textsPublished), "as nothing has come");
    List<Integer> went =
        registrations.stream().map(registration -> asked(registration::close)).toList();
    assertEquals(List.of(went.getFirst()), went.stream().distinct().toList(), "for each");
    assertEquals(0, trampolines());
    ftrace.close();
  }

  /** Those of others stay, and that of the text that goes is not kept. */
  @Test
  void trampolines_areThere_whileSomebodyCallsThem() {
    List<KnownText> registrations = new ArrayList<>();
    for (String owner : List.of("one", "two")) {
      PlainText text = PlainText.forming(image, owner, SITE, Map.of(0, owner));
      text.memory().publish();
      registrations.add(ftrace.add(text));
    }
    ftrace.tracer(CurrentTracer.FUNCTION);
    assertEquals(1, trampolines());
    registrations.getFirst().close();
    assertEquals(1, trampolines(), "the other calls it");
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    assertEquals(1, trampolines(), "another in its place");
    registrations.getLast().close();
    assertEquals(0, trampolines());
    ftrace.close();
  }
}
