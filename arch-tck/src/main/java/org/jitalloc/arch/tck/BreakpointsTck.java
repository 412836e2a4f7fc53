package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.Breakpoints;
import org.jitalloc.arch.trace.Breakpoints.Role;
import org.jitalloc.arch.trace.Patch;
import org.junit.jupiter.api.Test;

/** Breakpoints are what the assembler makes of them, and go over code that runs by one store. */
public abstract class BreakpointsTck {
  private static final long TEXT = 0x7f00_0000_0000L;

  /** For extension. */
  protected BreakpointsTck() {}

  /** {@return the architecture} */
  protected abstract Arch arch();

  /** {@return its breakpoints} */
  protected abstract Breakpoints breakpoints();

  /** {@return its strategy of poking} */
  protected abstract TextPoke poke();

  /** {@return what assembles its code} */
  protected abstract Toolchain toolchain();

  /**
   * Writes a breakpoint as assembly.
   *
   * @param role what it is for
   * @return its text; empty if there is none
   */
  protected abstract String text(Role role);

  /** {@return instructions of different lengths and kinds, as assembly} */
  protected abstract List<String> instructions();

  @Test
  final void code_isWhatTheAssemblerMakes() {
    for (var role : Role.values()) {
      byte[] expected = toolchain().assemble(text(role) + "\n");
      assertArrayEquals(expected, breakpoints().code(role).orElse(new byte[0]), role.name());
    }
    byte[] probe = breakpoints().code(Role.PROBE).orElseThrow();
    assertEquals(breakpoints().bytes(), probe.length);
    Arrays.fill(probe, (byte) 1);
    assertFalse(Arrays.equals(probe, breakpoints().code(Role.PROBE).orElseThrow()), "shared");
  }

  @Test
  final void breakpoint_raisesTheSignalOfTraps() {
    assertEquals(arch().name(), breakpoints().arch());
    assertEquals(arch().instructionAlignBytes(), breakpoints().alignBytes());
    assertEquals(poke().trapHandler().orElseThrow().signal(), breakpoints().signal());
    int offset = breakpoints().programCounterOffset();
    assertTrue(offset == 0 || offset == breakpoints().bytes(), "offset=" + offset);
  }

  @Test
  final void arm_andBack_isOneStoreEach() {
    byte[] probe = breakpoints().code(Role.PROBE).orElseThrow();
    for (String text : instructions()) {
      byte[] instruction = toolchain().assemble(text + "\n");
      var patch = breakpoints().arm(TEXT, instruction);
      assertEquals(TEXT, patch.address());
      assertArrayEquals(Arrays.copyOf(instruction, probe.length), patch.before(), text);
      assertArrayEquals(probe, patch.after());
      assertEquals(List.of(), plan(patch).traps(), "carried over instead of reported: " + patch);
      plan(patch.reversed());
      assertArrayEquals(patch.after(), patch.reversed().before());
    }
  }

  /** Plans a patch, which has to be one store. */
  private PokePlan plan(Patch patch) {
    byte[] raw = poke().encode(new Instruction.Raw(patch.before()), patch.address());
    var plan = poke().plan(List.of(new PokeSite(patch.address(), raw, patch.after())));
    var writes = plan.steps().stream().filter(Write.class::isInstance).toList();
    assertEquals(1, writes.size(), () -> patch + ": " + writes);
    return plan;
  }

  @Test
  final void whatCannotBeProbed_isRefused() {
    byte[] probe = breakpoints().code(Role.PROBE).orElseThrow();
    refused(TEXT, probe);
    refused(TEXT, new byte[0]);
    if (breakpoints().alignBytes() > 1) {
      refused(TEXT + 1, toolchain().assemble(instructions().getFirst() + "\n"));
    }
  }

  private void refused(long address, byte[] instruction) {
    var e = assertThrows(JitAllocException.class, () -> breakpoints().arm(address, instruction));
    assertEquals(Reason.INVALID_REQUEST, e.reason());
    assertTrue(String.valueOf(e.getMessage()).contains("0x%x".formatted(address)));
  }
}
