package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jitalloc.NativeThread;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.tck.tool.Toolchain.Decoded;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;
import org.junit.jupiter.api.Test;

/**
 * Tracers consist of defined instructions, for areas of any size at any address. Other tests run
 * tracers.
 */
public abstract class TracersTck {
  private static final long PLACE = 0x7f12_3456_7000L;
  private static final NativeThread THREAD = new NativeThread(0x7fff_2345_6788L);
  private static final long CALLBACK = 0x7f55_aa55_aa50L;

  /** For subclasses. */
  protected TracersTck() {}

  /** {@return the tracers of the architecture} */
  protected abstract Tracers tracers();

  /** {@return the disassembler of its code} */
  protected abstract Toolchain toolchain();

  /** {@return the names of optional processor features} */
  protected abstract Set<String> cpuFeatures();

  /** {@return the functions of this machine as assembly: number, word, clock, stack pointer} */
  protected abstract List<String> functions();

  /**
   * Returns instructions that a tracer must contain.
   *
   * @param spec the work of the tracer
   * @return regular expressions, each of an instruction of the tracer, in their order
   */
  protected abstract List<String> marks(TracerSpec spec);

  private static List<TracerSpec> specs() {
    var specs = new ArrayList<TracerSpec>();
    for (List<Long> callbacks : List.of(List.<Long>of(), List.of(CALLBACK, CALLBACK + 16))) {
      specs.add(new TracerSpec(true, false, callbacks));
      specs.add(new TracerSpec(true, true, callbacks));
      specs.add(new TracerSpec(false, false, callbacks));
    }
    return specs;
  }

  private static List<TraceArea> areas() {
    return List.of(
        new TraceArea(PLACE + (1L << 20), 1, 4, 4, 16, 512, THREAD),
        new TraceArea(PLACE + (1L << 20), 64, 8192, 256, 720, 1680, THREAD),
        new TraceArea(PLACE - (1L << 30), 1024, 32768, 1024, 720, -1616, THREAD));
  }

  @Test
  void functionsOfTheMachine_areWhatTheAssemblerMakes() {
    List<String> texts = functions();
    assertArrayEquals(toolchain().assemble(texts.get(0)), tracers().threadNumber());
    assertArrayEquals(toolchain().assemble(texts.get(1)), tracers().threadWord());
    assertArrayEquals(toolchain().assemble(texts.get(2)), tracers().clock());
    assertArrayEquals(toolchain().assemble(texts.get(3)), tracers().stackPointer());
  }

  @Test
  void allInstructions_areKnown_butTheTrapBehindAReturnThatNobodyAwaits() {
    for (TracerSpec spec : specs()) {
      for (TraceArea area : areas()) {
        var tracer = tracers().tracer(PLACE, area, spec, cpuFeatures());
        List<Decoded> decoded = toolchain().disassemble(tracer.code());
        long unknown = decoded.stream().filter(d -> !d.defined()).count();
        assertTrue(unknown <= (spec.returns() ? 1 : 0), spec + ": " + decoded);
        assertTrue(
            decoded.stream().anyMatch(d -> d.offset() == tracer.entryOffset()),
            "no instruction starts at the entry " + tracer.entryOffset());
        assertMarks(spec, decoded);
      }
    }
  }

  private void assertMarks(TracerSpec spec, List<Decoded> decoded) {
    int at = 0;
    for (String mark : marks(spec)) {
      Pattern pattern = Pattern.compile(mark);
      while (at < decoded.size() && !pattern.matcher(decoded.get(at).text()).find()) {
        at++;
      }
      assertTrue(at < decoded.size(), "%s: no %s in %s".formatted(spec, mark, decoded));
      at++;
    }
  }

  @Test
  void length_hardlyDependsOnThePlace() {
    for (TracerSpec spec : specs()) {
      for (TraceArea area : areas()) {
        int here = tracers().tracer(PLACE, area, spec, cpuFeatures()).code().length;
        for (long other : new long[] {4096, 0x1_0000_0000L, 0x7fff_ffff_f000L, PLACE + 64}) {
          int there = tracers().tracer(other, area, spec, cpuFeatures()).code().length;
          assertTrue(Math.abs(here - there) <= Tracers.ADDRESS_SLACK_BYTES, spec + " " + area);
        }
      }
    }
  }
}
