package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jitalloc.JitAllocException;
import org.jitalloc.NativeThread;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.tck.tool.Toolchain.Decoded;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.ProbeCodec.Detour;
import org.jitalloc.arch.trace.ProbeText;
import org.junit.jupiter.api.Test;

/**
 * Detours equal the output of an assembler, byte by byte, and the decoder of instructions agrees
 * with a disassembler. Other tests run detours. Each instruction is at {@link #FROM}, each detour
 * at {@link #AT}; {@code @0x1234} is an address in texts, {@code ;} ends a line.
 */
public abstract class ProbesTck {
  /** The address of instructions. */
  protected static final long FROM = 0x1000;

  /** The address of detours. */
  protected static final long AT = 0x4000;

  /** The address of the entry. */
  protected static final long ENTRY = 0x8000;

  private static final int ID = 0x12345;

  /** The address of a counter: no part of it is 0. */
  private static final long COUNTER = 0x7f12_3456_9ac0L;

  private static final int MANY = 100;
  private static final int CHUNK_BYTES = 64;
  private static final int RANDOM_BYTES = 1 << 15;
  private static final int LONGEST_BYTES = 16;

  /** For subclasses. */
  protected ProbesTck() {}

  /**
   * An instruction with the code that has the same effect in a detour.
   *
   * @param original the instruction
   * @param moved the code, with the jump to the address after the original
   */
  public record Move(String original, String moved) {}

  /** {@return the probes of the architecture} */
  protected abstract ProbeCodec probes();

  /** {@return the name of the stack pointer} */
  protected abstract String stackPointer();

  /** {@return its assembler and disassembler} */
  protected abstract Toolchain toolchain();

  /**
   * Returns the call of the entry.
   *
   * @param id the first argument of the handler
   * @return its text, with {@code ;} after each instruction
   */
  protected abstract String call(int id);

  /**
   * The code that increments counters as text, with {@code ;} after each instruction.
   *
   * @param before the code before all increments
   * @param each the increment of the counter at an address
   * @param behind the code after all increments
   */
  public record Counting(String before, LongFunction<String> each, String behind) {
    private String of(List<Long> counters) {
      return counters.stream().map(each::apply).collect(Collectors.joining("", before, behind));
    }
  }

  /**
   * Returns the code that increments counters.
   *
   * @param features the features of the processor
   * @return its text
   */
  protected abstract Counting counting(Set<String> features);

  /** {@return the text of the return trampoline} */
  protected abstract String returnPlace();

  /** {@return instructions that depend on their address, and some that do not} */
  protected abstract List<Move> moves();

  /** {@return instructions that cannot be probed} */
  protected abstract List<String> refused();

  /** {@return instructions that can be probed} */
  protected abstract List<String> allowed();

  /** {@return a function with instructions of all lengths} */
  protected abstract String function();

  /**
   * Assembles code for an address.
   *
   * @param address the address
   * @param text its text
   * @return its bytes
   */
  protected final byte[] assemble(long address, String text) {
    String lines = text.replace(";", "\n").replace("@", "_start-0x%x+".formatted(address));
    return toolchain().assemble("_start:\n" + lines + "\n");
  }

  private static void assertHex(byte[] expected, byte[] found, String what) {
    assertEquals(HexFormat.of().formatHex(expected), HexFormat.of().formatHex(found), what);
  }

  @Test
  final void registers_haveNamesOfTheirOwn_theStackPointerAndFlagsFirst() {
    List<String> names = probes().registers();
    assertEquals(Set.copyOf(names).size(), names.size(), names::toString);
    assertEquals(List.of(stackPointer(), "flags"), names.subList(0, 2), names::toString);
  }

  private static Detour plan(byte[] code, boolean before, boolean after) {
    return new Detour(ID, FROM, code, List.of(), before, after);
  }

  @Test
  final void detour_doesWhatTheInstructionDoes() {
    for (Move move : moves()) {
      byte[] code = assemble(FROM, move.original());
      byte[] detour = probes().detour(plan(code, true, false), AT, ENTRY, Set.of());
      assertHex(assemble(AT, call(ID) + move.moved()), detour, move.original());
    }
  }

  @Test
  final void detourWithTwoHandlers_callsThemInOrder() {
    Move move = moves().getFirst();
    byte[] code = assemble(FROM, move.original());
    int jump = move.moved().lastIndexOf(';');
    String both =
        call(ID) + move.moved().substring(0, jump) + ";" + call(-ID) + move.moved().substring(jump);
    byte[] detour = probes().detour(plan(code, true, true), AT, ENTRY, Set.of());
    assertHex(assemble(AT, both), detour, move.original());
  }

  /**
   * With and without a handler; all of several counters are incremented, and the rest is complete.
   */
  @Test
  final void detourThatCounts_addsToNumbersFirst() {
    Move move = moves().getFirst();
    byte[] code = assemble(FROM, move.original());
    for (Set<String> features : List.of(Set.<String>of(), optionalFeatures())) {
      for (List<Long> counters : List.of(List.of(COUNTER), manyCounters())) {
        String counting = counting(features).of(counters);
        var plan = new Detour(ID, FROM, code, counters, false, false);
        byte[] alone = probes().detour(plan, AT, 0, features);
        assertHex(assemble(AT, counting + move.moved()), alone, "counting " + features);
        plan = new Detour(ID, FROM, code, counters, true, false);
        byte[] handled = probes().detour(plan, AT, ENTRY, features);
        assertHex(assemble(AT, counting + call(ID) + move.moved()), handled, "both " + features);
      }
    }
  }

  private static List<Long> manyCounters() {
    return LongStream.range(0, MANY).mapToObj(i -> COUNTER + i * CHUNK_BYTES).toList();
  }

  @Test
  final void placeOfReturn_goesWhereTheHandlerSays() {
    assertHex(assemble(AT, returnPlace()), probes().returnPlace(AT, ENTRY), "place of return");
  }

  @Test
  final void tooFarAway_isRefused() {
    var detour = plan(assemble(FROM, moves().getFirst().original()), true, false);
    long near = FROM + (probes().reachBytes() & -4096);
    assertTrue(probes().detour(detour, near, near, Set.of()).length > 0);
    long far = near + (1 << 20);
    var failure =
        assertThrows(JitAllocException.class, () -> probes().detour(detour, far, far, Set.of()));
    assertEquals(JitAllocException.Reason.UNREACHABLE, failure.reason());
  }

  @Test
  final void instructions_areRefused_orNot() {
    for (String text : refused()) {
      assertTrue(refusal(text).isPresent(), text);
    }
    for (String text : allowed()) {
      assertEquals(Optional.empty(), refusal(text), text);
    }
  }

  private Optional<String> refusal(String text) {
    return probes().read(toolchain().assemble(text + "\n")).refusal(0);
  }

  @Test
  final void function_hasTheInstructionsThatTheDisassemblerSees() {
    byte[] code = assemble(FROM, function());
    ProbeText text = probes().read(code);
    List<Decoded> decoded = toolchain().disassemble(code);
    var starts = decoded.stream().map(Decoded::offset).collect(Collectors.toSet());
    assertTrue(decoded.size() > 5, decoded::toString);
    for (int i = 0; i < code.length; i++) {
      Optional<String> refusal = text.refusal(i);
      if (starts.contains(i)) {
        assertFalse(refusal.orElse("").contains("inside"), "offset " + i);
      } else {
        assertTrue(refusal.isPresent(), "offset " + i);
      }
    }
    for (int i = 0; i < decoded.size(); i++) {
      int end = i + 1 < decoded.size() ? decoded.get(i + 1).offset() : code.length;
      int start = decoded.get(i).offset();
      assertEquals(end - start, text.length(start), decoded.get(i).text());
    }
    assertTrue(text.refusal(-1).orElseThrow().contains("outside"));
    assertTrue(text.refusal(code.length).orElseThrow().contains("outside"));
  }

  /**
   * Tests whether disassemblers agree on an instruction.
   *
   * @param code its bytes, by the disassembler of these tests
   * @return whether all disassemblers take them for one instruction
   */
  protected boolean isComparable(byte[] code) {
    return true;
  }

  /** Random bytes that the disassembler decodes. */
  @Test
  final void anyInstruction_isRefused_orHasADetourThatIsKnown() {
    long seed = new Random().nextLong();
    var random = new byte[RANDOM_BYTES];
    new Random(seed).nextBytes(random);
    List<Decoded> all = toolchain().disassemble(random);
    var detours = new ByteArrayOutputStream();
    var starts = new HashSet<Integer>();
    int probed = 0;
    for (int i = 0; i + 1 < all.size(); i++) {
      Decoded decoded = all.get(i);
      int bytes = all.get(i + 1).offset() - decoded.offset();
      if (!decoded.defined() || bytes > LONGEST_BYTES) {
        continue;
      }
      byte[] code = Arrays.copyOfRange(random, decoded.offset(), decoded.offset() + bytes);
      ProbeText text = probes().read(code);
      if (text.refusal(0).isPresent() || !isComparable(code)) {
        continue;
      }
      assertEquals(bytes, text.length(0), decoded.text() + ", seed " + seed);
      probed++;
      starts.add(detours.size());
      if (text.isStraight(0)) {
        detours.writeBytes(detour(code));
      }
    }
    assertTrue(probed > 500, "hardly any: " + probed);
    List<Decoded> moved = toolchain().disassemble(detours.toByteArray());
    starts.remove(detours.size());
    for (Decoded decoded : moved) {
      assertTrue(decoded.defined(), () -> decoded + ", seed " + seed);
      starts.remove(decoded.offset());
    }
    assertTrue(starts.isEmpty(), "no instruction starts at " + starts + ", seed " + seed);
  }

  /** {@return a detour at an address that 32-bit distances reach in both directions} */
  private byte[] detour(byte[] code) {
    long from = 0x7f00_0000_0000L;
    var plan = new Detour(1, from, code, List.of(), true, true);
    try {
      byte[] here = probes().detour(plan, from + 4096, from, Set.of());
      byte[] there = probes().detour(plan, from - 4096, from, Set.of());
      assertEquals(here.length, there.length, "length depends on where it is");
      return here;
    } catch (JitAllocException e) {
      assertEquals(JitAllocException.Reason.UNREACHABLE, e.reason());
      return new byte[0];
    }
  }

  @Test
  final void entry_isMadeOfInstructionsThatAreKnown() {
    for (Set<String> features : List.of(Set.<String>of(), optionalFeatures())) {
      byte[] entry =
          probes().entry(0x7fff_1234_5678L, new NativeThread(0x7fff_2345_6788L), features);
      List<Decoded> decoded = toolchain().disassemble(entry);
      assertTrue(decoded.size() > 20, decoded::toString);
      assertTrue(decoded.stream().allMatch(Decoded::defined), decoded::toString);
      String text = decoded.stream().map(Decoded::text).collect(Collectors.joining("\n"));
      for (String mark : marks(features)) {
        assertTrue(text.contains(mark), () -> mark + "\n" + text);
      }
    }
  }

  /** {@return the names of optional processor features that code uses} */
  protected Set<String> optionalFeatures() {
    return Set.of();
  }

  /**
   * Returns instructions that the entry must contain.
   *
   * @param features the features of the processor
   * @return parts of its text
   */
  protected abstract List<String> marks(Set<String> features);
}
