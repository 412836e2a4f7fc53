package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.tck.tool.Toolchain.Decoded;
import org.junit.jupiter.api.Test;

/**
 * The machine code for the core consists of instructions of the architecture: the trap fill, the
 * function of the start-up probe, the cache flush, the trap handler.
 */
public abstract class CodeBytesTck {
  private static final int FILL_REPEATS = 16;
  private static final int CONSTANTS = 256;
  private static final AddressRange TEXT = new AddressRange(0x7f00_0000_0000L, 0x7f00_8000_0000L);
  private static final long TABLE = 0x7e12_3456_7000L;

  /** For subclasses. */
  protected CodeBytesTck() {}

  /** {@return the architecture} */
  protected abstract Arch arch();

  /** {@return its planner of pokes} */
  protected abstract TextPoke poke();

  /** {@return the disassembler of its code} */
  protected abstract Toolchain toolchain();

  /**
   * Tests whether an instruction traps.
   *
   * @param instruction an instruction of the trap fill
   * @return whether it raises an exception on every machine
   */
  protected abstract boolean traps(Decoded instruction);

  @Test
  final void trapFill_isAPatternOfWholeInstructionUnits() {
    int bytes = arch().trapFill().length;
    assertEquals(1, Integer.bitCount(bytes), "no power of two: bytes=" + bytes);
    assertTrue(bytes >= arch().instructionAlignBytes(), "shorter than the alignment: " + bytes);
    byte[] changed = arch().trapFill();
    Arrays.fill(changed, (byte) 0x55);
    assertFalse(Arrays.equals(changed, arch().trapFill()), "the fill can be changed by callers");
  }

  /** The first instruction is a trap at each offset at which a thread can enter. */
  @Test
  final void trapFill_enteredAnywhere_traps() {
    byte[] pattern = arch().trapFill();
    var fill = new byte[pattern.length * FILL_REPEATS];
    for (int i = 0; i < fill.length; i++) {
      fill[i] = pattern[i % pattern.length];
    }
    for (int from = 0; from < pattern.length; from += arch().instructionAlignBytes()) {
      var decoded = toolchain().disassemble(Arrays.copyOfRange(fill, from, fill.length));
      assertFalse(decoded.isEmpty());
      for (var instruction : decoded) {
        assertTrue(traps(instruction), "entered at %d: %s".formatted(from, instruction));
      }
    }
  }

  @Test
  final void returnConstant_differsInItsFirstInstructionAlone() {
    byte[] zero = arch().returnConstant(0);
    var decoded = defined(zero, "returnConstant(0)");
    int firstEnd = decoded.size() > 1 ? decoded.get(1).offset() : zero.length;
    var all = new ByteArrayOutputStream();
    for (int value = 0; value < CONSTANTS; value++) {
      byte[] code = arch().returnConstant(value);
      all.writeBytes(code);
      assertArrayEquals(code, arch().returnConstant(value), "other code the second time");
      assertEquals(zero.length, code.length);
      assertEquals(value == 0, Arrays.equals(zero, code), "the same code for 0 and " + value);
      assertArrayEquals(
          Arrays.copyOfRange(zero, firstEnd, zero.length),
          Arrays.copyOfRange(code, firstEnd, code.length),
          "returnConstant(%d) differs behind its first instruction".formatted(value));
    }
    var starts = decoded.stream().map(Decoded::offset).toList();
    for (var instruction : defined(all.toByteArray(), "returnConstant of every number")) {
      int offset = instruction.offset() % zero.length;
      assertTrue(starts.contains(offset), "its instructions have other lengths: " + instruction);
    }
  }

  @Test
  final void cacheFlush_isCode() {
    arch().cacheFlush().ifPresent(code -> defined(code, "cacheFlush"));
  }

  @Test
  final void trapHandler_isCodeForItsTable() {
    assertEquals(arch().name(), poke().arch());
    poke().trapHandler().ifPresent(this::checkHandler);
  }

  private void checkHandler(TrapHandler handler) {
    assertTrue(handler.signal() > 0 && handler.signal() < 32, "signal=" + handler.signal());
    assertEquals(0, handler.recordBytes() % Long.BYTES, "recordBytes=" + handler.recordBytes());
    assertTrue(handler.recordBytes() >= Long.BYTES, "recordBytes=" + handler.recordBytes());
    byte[] code = handler.code(TABLE, TEXT);
    defined(code, "the trap handler");
    assertArrayEquals(code, handler.code(TABLE, TEXT), "another handler the second time");
    assertFalse(
        Arrays.equals(code, handler.code(TABLE + 0x1000, TEXT)), "it does not know its table");
    var moved = new AddressRange(TEXT.start() + 0x1000, TEXT.end() + 0x1000);
    assertFalse(Arrays.equals(code, handler.code(TABLE, moved)), "it does not know the text");
  }

  private List<Decoded> defined(byte[] code, String what) {
    var decoded = toolchain().disassemble(code);
    assertFalse(decoded.isEmpty(), what + " is empty");
    for (var instruction : decoded) {
      assertTrue(instruction.defined(), what + " has " + instruction);
    }
    return decoded;
  }
}
