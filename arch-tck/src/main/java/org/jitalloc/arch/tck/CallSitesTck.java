package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSite;
import org.jitalloc.arch.trace.CallSiteForm;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.junit.jupiter.api.Test;

/**
 * Call sites are found, prepared, enabled, redirected and disabled: at each step they are, byte by
 * byte, what the assembler makes of the same, and each change can be made while the code runs.
 */
public abstract class CallSitesTck {
  private static final int SITES = 2000;
  private static final long TEXT = 0x7f00_0000_0000L;

  /** Sites are apart by this; each has its trampoline behind it. */
  private static final int SLOT_BYTES = 128;

  private static final int TRAMPOLINE_OFFSET = 64;

  /** However many sites a batch has. */
  private static final int MOST_SYNCS = 4;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  /** For extension. */
  protected CallSitesTck() {}

  /** {@return the call sites of the architecture} */
  protected abstract CallSites callSites();

  /** {@return its strategy of poking} */
  protected abstract TextPoke poke();

  /** {@return what assembles its code} */
  protected abstract Toolchain toolchain();

  /**
   * Gives what compilers leave for a form.
   *
   * @param form the form
   * @return each kind of it for the assembler, with the address that they record at its start
   */
  protected abstract List<Compiled> compiled(CallSiteForm form);

  /**
   * What a compiler leaves.
   *
   * @param text its assembly
   * @param siteOffset how far behind the recorded address the site is
   */
  public record Compiled(String text, int siteOffset) {}

  /**
   * Writes a site as assembly.
   *
   * @param form its form
   * @param tracer how far the tracer is from the start of the site; empty if nothing is traced
   * @param trampoline how far its trampoline is from the start of the site
   * @return all of its instructions
   */
  protected abstract String text(CallSiteForm form, OptionalLong tracer, long trampoline);

  /**
   * Writes a trampoline as assembly.
   *
   * @param form a form that has them
   * @param shared how far the shared code is from the start of the trampoline
   * @param rest the address behind the site
   * @param tracer the address of what is to be called
   * @return all of it
   */
  protected String trampolineText(CallSiteForm form, long shared, long rest, long tracer) {
    throw new AssertionError("write the trampoline of " + form.name());
  }

  /** A site with the memory around it, which patches change. */
  private final class Life {
    final CallSiteForm form;
    final CallSite site;
    final long base;
    final byte[] memory = new byte[SLOT_BYTES];
    final long shared;
    final List<Patch> made = new ArrayList<>();
    OptionalLong tracer = OptionalLong.empty();

    Life(CallSiteForm form, long base, byte[] compiled, int siteOffset) {
      this.form = form;
      this.base = base;
      System.arraycopy(compiled, 0, memory, 0, compiled.length);
      long found =
          form.find(base, Arrays.copyOf(memory, form.lookBytes()))
              .orElseThrow(() -> new AssertionError(form.name() + " not found at " + siteOffset));
      assertEquals(base + siteOffset, found);
      boolean has = form.trampolineBytes() > 0;
      site = has ? new CallSite(found, base + TRAMPOLINE_OFFSET) : new CallSite(found);
      shared = target(site.trampoline());
      assertEquals(has, form.trampoline(site, shared).isPresent());
      form.trampoline(site, shared)
          .ifPresent(code -> System.arraycopy(code, 0, memory, TRAMPOLINE_OFFSET, code.length));
    }

    /** Anywhere that it reaches. */
    long target(long from) {
      long reach = form.reachBytes() - SLOT_BYTES;
      return from + ((random.nextLong() >> 1) % reach & -form.alignBytes());
    }

    byte[] bytes() {
      int from = (int) (site.address() - base);
      return Arrays.copyOfRange(memory, from, from + form.bytes());
    }

    void apply(List<Patch> patches) {
      for (var patch : patches) {
        int from = (int) (patch.address() - base);
        byte[] there = Arrays.copyOfRange(memory, from, from + patch.before().length);
        assertArrayEquals(patch.before(), there, () -> "what is there before: " + patch);
        System.arraycopy(patch.after(), 0, memory, from, patch.after().length);
        if (patch.kind() == Patch.Kind.POINTER) {
          assertEquals(0, patch.address() % Long.BYTES, () -> "not aligned: " + patch);
        }
      }
      made.addAll(patches);
    }

    /** One step of its life. */
    void change() {
      long next = target(site.address());
      if (tracer.isEmpty()) {
        apply(form.enable(site, next));
        tracer = OptionalLong.of(next);
      } else if (random.nextBoolean()) {
        long now = tracer.getAsLong();
        if (next != now) apply(form.redirect(site, now, next));
        tracer = OptionalLong.of(next);
      } else {
        apply(form.disable(site, tracer.getAsLong()));
        tracer = OptionalLong.empty();
      }
    }

    /** What it should be by now. */
    void compare(Comparison comparison) {
      long address = site.address();
      var distance = tracer.isEmpty() ? tracer : OptionalLong.of(tracer.getAsLong() - address);
      comparison.add(text(form, distance, site.trampoline() - address), bytes());
      if (form.trampolineBytes() == 0) return;
      long rest = address + form.bytes();
      String code = trampolineText(form, shared - site.trampoline(), rest, tracer.orElse(rest));
      int end = TRAMPOLINE_OFFSET + form.trampolineBytes();
      comparison.add(code, Arrays.copyOfRange(memory, TRAMPOLINE_OFFSET, end));
    }
  }

  @Test
  final void site_wholeLife_isWhatTheAssemblerMakes() {
    for (var form : callSites().forms()) {
      var comparison = new Comparison();
      for (var life : lives(form)) {
        life.compare(comparison);
        for (int step = 0; step < 3; step++) {
          life.change();
          life.compare(comparison);
        }
      }
      comparison.check(toolchain(), seed);
    }
  }

  /** Prepared sites, of all that compilers leave. */
  private List<Life> lives(CallSiteForm form) {
    var compiled = compiled(form);
    var codes = compiled.stream().map(c -> toolchain().assemble(c.text)).toList();
    var lives = new ArrayList<Life>();
    for (int i = 0; i < SITES; i++) {
      int kind = i % compiled.size();
      long base = TEXT + (long) i * SLOT_BYTES;
      var life = new Life(form, base, codes.get(kind), compiled.get(kind).siteOffset);
      life.apply(form.prepare(life.site, life.bytes()));
      assertEquals(List.of(), form.prepare(life.site, life.bytes()), "prepared twice");
      lives.add(life);
    }
    return lives;
  }

  /** Thousands of sites are enabled by one batch, and the pokes are those that TextPoke does. */
  @Test
  final void sites_changedInOneBatch_byAFewSyncs() {
    for (var form : callSites().forms()) {
      var lives = lives(form);
      for (int step = 0; step < 3; step++) {
        for (var life : lives) {
          life.made.clear();
          life.change();
        }
        var sites =
            lives.stream()
                .flatMap(life -> life.made.stream())
                .filter(patch -> patch.kind() == Patch.Kind.INSTRUCTION)
                .map(patch -> new PokeSite(patch.address(), patch.before(), patch.after()))
                .sorted(Comparator.comparingLong(PokeSite::address))
                .toList();
        if (sites.isEmpty()) continue;
        long syncs = poke().plan(sites).steps().stream().filter(Sync.class::isInstance).count();
        assertTrue(syncs <= MOST_SYNCS, "%d syncs for %d".formatted(syncs, sites.size()));
      }
    }
  }

  @Test
  final void site_atTheEndsOfTheReach_orIsRefused() {
    for (var form : callSites().forms()) {
      var site = new CallSite(TEXT);
      for (long distance : new long[] {form.reachBytes(), -form.reachBytes()}) {
        long inside = distance - Long.signum(distance) * 16;
        long outside = distance + Long.signum(distance) * 16;
        if (form.trampolineBytes() > 0) {
          byte[] nop = toolchain().assemble(compiled(form).getFirst().text);
          assertFalse(form.prepare(new CallSite(TEXT, TEXT + inside), nop).isEmpty());
          unreachable(TEXT + outside, to -> form.prepare(new CallSite(TEXT, to), nop));
        } else {
          assertFalse(form.enable(site, TEXT + inside).isEmpty());
          unreachable(TEXT + outside, to -> form.enable(site, to));
          unreachable(TEXT + outside, to -> form.redirect(site, TEXT, to));
        }
      }
    }
  }

  private interface Attempt {
    void reach(long target);
  }

  private static void unreachable(long target, Attempt attempt) {
    var e = assertThrows(JitAllocException.class, () -> attempt.reach(target));
    assertEquals(Reason.UNREACHABLE, e.reason());
    assertTrue(String.valueOf(e.getMessage()).contains("0x%x".formatted(target)));
  }

  /** What is no site is not found, and not prepared: the message has what is there. */
  @Test
  final void whatIsNoSite_isRefused() {
    for (var form : callSites().forms()) {
      byte[] none = new byte[form.lookBytes()];
      Arrays.fill(none, (byte) 0x01);
      assertEquals(OptionalLong.empty(), form.find(TEXT, none));
      assertEquals(OptionalLong.empty(), form.find(TEXT, new byte[0]));
      byte[] site = toolchain().assemble(compiled(form).getFirst().text);
      byte[] cut = Arrays.copyOf(site, form.bytes() - 1);
      assertEquals(OptionalLong.empty(), form.find(TEXT, cut), "cut off");
      if (form.alignBytes() > 1) {
        byte[] look = Arrays.copyOf(site, form.lookBytes());
        assertEquals(OptionalLong.empty(), form.find(TEXT + 1, look), "not aligned");
      }
      byte[] wrong = Arrays.copyOf(none, form.bytes());
      var e =
          assertThrows(
              JitAllocException.class, () -> form.prepare(new CallSite(TEXT, TEXT + 64), wrong));
      assertEquals(Reason.TEXT_MISMATCH, e.reason());
      assertTrue(String.valueOf(e.getMessage()).contains("found 0101"), e::getMessage);
    }
  }

  @Test
  final void forms_haveNamesOfTheirOwn_andTheFirstNeedsNoTrampoline() {
    assertEquals(poke().arch(), callSites().arch());
    var names = new HashSet<String>();
    for (var form : callSites().forms()) {
      assertTrue(names.add(form.name()), form.name());
      assertEquals(1, Integer.bitCount(form.alignBytes()));
      assertTrue(form.lookBytes() >= form.bytes() && form.bytes() > 0);
    }
    assertEquals(0, callSites().forms().getFirst().trampolineBytes());
  }
}
