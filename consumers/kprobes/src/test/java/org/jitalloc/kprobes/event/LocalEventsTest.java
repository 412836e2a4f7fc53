package org.jitalloc.kprobes.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ProbeEvents;
import org.jitalloc.kprobes.ProbeRefusedException;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TextPatcher.KnownText;
import org.jitalloc.text.TraceableText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of {@code kprobe_events}: what they define, and what is refused. */
final class LocalEventsTest {
  private static final byte[] SUM = HexFormat.of().parseHex("488d04374889f9c3");

  private final JitAllocator image = JitAlloc.newImage("image-events", "amd64");
  private final LocalKprobes probes = KprobesFactory.of(image);
  private final ProbeEvents events = probes.events();
  private final Text text = new Text(memory());

  private record Text(JitMemory memory) implements TraceableText {
    @Override
    public String owner() {
      return "mod";
    }

    @Override
    public byte[] callSites() {
      return new byte[0];
    }

    @Override
    public List<TextFunction> functions() {
      return List.of(new TextFunction("sum", 0, SUM.length));
    }
  }

  private KnownText known;

  LocalEventsTest() {
    known = probes.add(text);
  }

  private JitMemory memory() {
    JitMemory memory = image.allocate(ModMemType.TEXT, SUM.length);
    memory.write(0, SUM);
    return memory.publish();
  }

  @ParameterizedTest
  @CsvSource({
    "p sum, p:kprobes/p_sum_0 sum+0",
    "p:one mod:sum+0x4, p:kprobes/one mod:sum+4",
    "p:g/one sum+4 %di x=%rax:u8 $stack, p:g/one sum+4 arg1=%di x=%rax:u8 arg3=$stack",
    "r sum $retval:s16, r:kprobes/r_sum_0 sum+0 arg1=$retval:s16",
    "r3:g/ret sum $comm \\-5:s8, r3:g/ret sum+0 arg1=$comm arg2=\\-5:s8"
  })
  void definition_isListedAsTheKernelDoes_andCanBeWrittenAgain(String line, String listed) {
    events.write(line);
    assertEquals(List.of(listed), events.definitions());
    events.clear();
    events.write(listed);
    assertEquals(List.of(listed), events.definitions());
  }

  @Test
  void address_isAPlace() {
    String address = "0x%x".formatted(text.memory().address() + 4);
    events.write("p " + address);
    assertEquals(List.of("p:kprobes/p_%s %s".formatted(address, address)), events.definitions());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "q sum",
        "p",
        "p: sum+4 a=",
        "p sum %nothing",
        "p sum $arg9",
        "p sum $retval",
        "p sum $arg99999999999",
        "r sum $arg1",
        "r0:x sum",
        "r99999999999:x sum",
        "p sum+99999999999",
        "p sum @0x1000",
        "p sum +8(%sp)",
        "p sum a=%di:u7",
        "p:1bad sum",
        "-:nobody"
      })
  void nonsense_isRefused_andNothingIsLeft(String line) {
    var refused = assertThrows(JitAllocException.class, () -> events.write(line));
    assertEquals(JitAllocException.Reason.INVALID_REQUEST, refused.reason());
    assertEquals(List.of(), events.definitions());
    assertEquals(List.of(), probes.probes());
  }

  @Test
  void places_thatCannotBeProbed_areRefused() {
    assertThrows(ProbeRefusedException.class, () -> events.write("p nobody"));
    assertThrows(ProbeRefusedException.class, () -> events.write("p sum+1"));
    assertThrows(ProbeRefusedException.class, () -> events.write("r sum+4"));
    assertEquals(List.of(), events.definitions());
  }

  @Test
  void event_isEnabledByName_andStaysWhenItsTextGoes() {
    events.write("p:one sum");
    events.write("p:g/two sum+4");
    assertThrows(JitAllocException.class, () -> events.write("p:g/two sum"));
    assertThrows(JitAllocException.class, () -> events.enable("three", true));
    events.enable("g/two", true);
    assertEquals(List.of(false, true), enabled());
    assertThrows(JitAllocException.class, events::clear);
    assertThrows(JitAllocException.class, () -> events.write("-:two"));
    known.close();
    assertEquals(List.of(false, false), enabled());
    assertEquals(2, events.definitions().size());
    assertThrows(ProbeRefusedException.class, () -> events.enable("two", true));
    known = probes.add(text);
    events.enable("*", true);
    assertEquals(List.of(true, true), enabled());
    events.enable("*", false);
    events.write("-:g/two");
    assertEquals(List.of("p:kprobes/one sum+0"), events.definitions());
    assertEquals(List.of(true), probes.probes().stream().map(p -> !p.isEnabled()).toList());
  }

  @Test
  void enableAll_enablesTheOthers_whenOneCannotBe() {
    events.write("p:stale 0x%x".formatted(text.memory().address()));
    known.close();
    var other = new Text(memory());
    probes.add(other);
    events.write("p:good sum");
    assertThrows(ProbeRefusedException.class, () -> events.enable("*", true));
    assertEquals(List.of(false, true), enabled());
  }

  private List<Boolean> enabled() {
    return events.profile().stream().map(ProbeEvents.Profile::enabled).toList();
  }

  @Test
  void typesOfNumbers() {
    long value = 0xffff_ffff_8765_43f0L;
    assertEquals("-16", new Fetch.Type('s', 8).write(value));
    assertEquals("240", new Fetch.Type('u', 8).write(value));
    assertEquals("0x43f0", new Fetch.Type('x', 16).write(value));
    assertEquals("-2023406608", new Fetch.Type('s', 32).write(value));
    assertEquals("18446744071686145008", new Fetch.Type('u', 64).write(value));
  }

  @Test
  void log_keepsTheLast_andSaysHowManyAreLost() {
    var log = new EventLog();
    for (int i = 0; i < 10_000; i++) {
      log.write("hit " + i);
    }
    ProbeEvents.Trace trace = log.trace();
    assertEquals(8192, trace.lines().size());
    assertEquals(10_000 - 8192, trace.lost());
    assertTrue(trace.lines().getFirst().endsWith(": hit 1808"), trace.lines()::getFirst);
    assertTrue(trace.lines().getLast().endsWith(": hit 9999"), trace.lines()::getLast);
    log.clear();
    log.write("later");
    var again = new ArrayList<>(log.trace().lines());
    assertEquals(1, again.size());
    assertEquals(0, log.trace().lost());
  }

  @Test
  void drain_losesNothing_thatIsWrittenMeanwhile() throws Exception {
    var log = new EventLog();
    int most = 8000;
    var writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < most; i++) {
                    log.write("hit " + i);
                  }
                });
    var lines = new ArrayList<String>();
    while (writer.isAlive()) {
      ProbeEvents.Trace trace = log.drain();
      lines.addAll(trace.lines());
      assertEquals(0, trace.lost());
    }
    writer.join();
    lines.addAll(log.drain().lines());
    assertEquals(most, lines.size());
    for (int i = 0; i < most; i++) {
      assertTrue(lines.get(i).endsWith(": hit " + i), lines.get(i));
    }
  }

  @Test
  void probesOfEvents_areListedDisabled() {
    events.write("p:one sum");
    Probe probe = probes.probes().getFirst();
    assertTrue(probe.toString().endsWith("[DISABLED]"), probe::toString);
  }
}
