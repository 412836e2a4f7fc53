package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jitalloc.Instruction;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.tck.tool.Toolchain.Decoded;
import org.jitalloc.arch.trace.CallSites;
import org.junit.jupiter.api.Test;

/**
 * A BPF code generator compiles random programs to instructions of its architecture for each set of
 * processor features, and the offsets that it returns are correct. The tests of the BPF consumer
 * run compiled programs on a machine of the architecture.
 */
public abstract class BpfGeneratorTck {
  private static final int PROGRAMS = 300;

  /** For subclasses. */
  protected BpfGeneratorTck() {}

  /** {@return the architecture} */
  protected abstract Arch arch();

  /** {@return the generator} */
  protected abstract BpfCodeGenerator generator();

  /** {@return the planner of pokes of the architecture} */
  protected abstract TextPoke poke();

  /** {@return the call sites of the architecture} */
  protected abstract CallSites callSites();

  /** {@return the disassembler of its code} */
  protected abstract Toolchain toolchain();

  /** {@return the processor features that the generator uses} */
  protected abstract List<Feature> features();

  /**
   * An optional processor feature.
   *
   * @param name its name in {@link org.jitalloc.Target#cpuFeatures()}
   * @param instructions the instructions of the feature that the generator uses, in the syntax of
   *     the toolchain
   */
  public record Feature(String name, Pattern instructions) {}

  private record Program(BpfSource source, BpfCode code) {}

  /**
   * For each set of features: all instructions are defined, and none belongs to a missing feature.
   */
  @Test
  final void code_everySetOfFeatures_hasOnlyInstructionsOfIt() {
    var features = features();
    var all = new TreeSet<>(features.stream().map(Feature::name).toList());
    var used = new TreeSet<String>();
    for (int set = 0; set < 1 << features.size(); set++) {
      var has = new TreeSet<String>();
      for (int i = 0; i < features.size(); i++) {
        if ((set >> i & 1) != 0) {
          has.add(features.get(i).name);
        }
      }
      for (var instruction : checked(programs(has, PROGRAMS))) {
        for (var feature : features) {
          if (!feature.instructions.matcher(instruction.text()).find()) {
            continue;
          }
          used.add(feature.name);
          boolean there = has.contains(feature.name);
          assertTrue(there, "without %s: %s".formatted(feature.name, instruction));
        }
      }
    }
    assertEquals(all, used, "features that are used where they are");
  }

  private List<Program> programs(Set<String> features, int count) {
    var programs = new ArrayList<Program>();
    for (var order : generator().byteOrders()) {
      for (int seed = 0; seed < count; seed++) {
        boolean tested = seed % 2 == 0;
        var source = RandomProgram.source(seed, tested, order);
        programs.add(new Program(source, generator().generate(source, features)));
      }
    }
    return programs;
  }

  /** Disassembles all programs at once, and checks that their offsets are those of instructions. */
  private List<Decoded> checked(List<Program> programs) {
    var all = new ByteArrayOutputStream();
    var starts = new ArrayList<Integer>();
    for (var program : programs) {
      starts.add(all.size());
      all.writeBytes(program.code.bytes());
    }
    var decoded = toolchain().disassemble(all.toByteArray());
    var offsets = new HashSet<Integer>(Set.of(all.size()));
    for (var instruction : decoded) {
      assertTrue(instruction.defined(), "no such instruction: " + instruction);
      offsets.add(instruction.offset());
    }
    for (int i = 0; i < programs.size(); i++) {
      var code = programs.get(i).code;
      var places = new ArrayList<>(Arrays.stream(code.insnOffsets()).boxed().toList());
      code.stopSites().forEach(s -> places.addAll(List.of(s.site(), s.stub())));
      places.addAll(List.of(code.entry(), code.patchSite(), code.bytes().length));
      for (int place : places) {
        boolean start = offsets.contains(starts.get(i) + place);
        assertTrue(start, "program %d: offset %d is in an instruction".formatted(i, place));
      }
    }
    return decoded;
  }

  @Test
  final void code_isDescribedAsItIs() {
    for (var program : programs(Set.of(), PROGRAMS)) {
      var code = program.code;
      byte[] site = Arrays.copyOfRange(code.bytes(), code.patchSite(), code.bytes().length);
      byte[] nop = poke().encode(new Instruction.Nop(), code.patchSite());
      assertArrayEquals(nop, Arrays.copyOf(site, nop.length), "what stands at the patch site");
      assertEquals(code.entry(), code.patchSite(), "the patch site is not at the start");
      assertEquals(program.source.insns().size(), code.insnOffsets().length);
      assertStopSites(program, nop);
      int last = code.patchSite() + nop.length;
      for (int offset : code.insnOffsets()) {
        assertTrue(offset >= last && offset <= code.bytes().length, "offset " + offset);
        last = offset;
      }
    }
  }

  private static void assertStopSites(Program program, byte[] nop) {
    var code = program.code;
    var points = BpfOp.pollPoints(program.source.insns());
    var starts = new TreeSet<Integer>();
    for (var stop : code.stopSites()) {
      byte[] site = Arrays.copyOfRange(code.bytes(), stop.site(), stop.site() + nop.length);
      assertArrayEquals(nop, site, "what stands at a stop site");
      assertTrue(stop.stub() > stop.site(), "a stub in line");
      starts.add(stop.site());
    }
    var expected = new TreeSet<Integer>();
    points.stream().forEach(i -> expected.add(code.insnOffsets()[i]));
    assertEquals(expected, starts, "where the stop sites are");
    assertEquals(points.cardinality(), code.stopSites().size());
  }

  @Test
  final void code_thatCountsSteps_hasNoStopSites() {
    for (var program : programs(Set.of(), PROGRAMS / 10)) {
      var plain = program.source;
      var counting =
          new BpfSource(
              plain.insns(),
              plain.functions(),
              plain.helpers(),
              plain.checked(),
              plain.byteOrder(),
              false,
              0,
              true);
      var code = generator().generate(counting, Set.of());
      assertEquals(List.of(), code.stopSites());
      assertEquals(
          BpfOp.pollPoints(plain.insns()).isEmpty(),
          Arrays.equals(code.bytes(), program.code.bytes()),
          "counting changes the code where there is something to count");
    }
  }

  /** It needs no preparation. */
  @Test
  final void callSite_standsBehindThePatchSite_ifItIsWanted() {
    for (var program : programs(Set.of(), PROGRAMS / 10)) {
      var plain = program.source;
      var traced =
          new BpfSource(
              plain.insns(),
              plain.functions(),
              plain.helpers(),
              plain.checked(),
              plain.byteOrder(),
              true);
      var code = generator().generate(traced, Set.of());
      int patchSite = poke().encode(new Instruction.Nop(), code.patchSite()).length;
      int at = code.patchSite() + patchSite;
      int end = at + callSites().bytes();
      byte[] site = Arrays.copyOfRange(code.bytes(), at, end);
      assertEquals(OptionalLong.of(at), callSites().find(at, site), "found");
      assertEquals(Optional.empty(), callSites().prepare(at, site), "left to be prepared");
      for (int offset : code.insnOffsets()) {
        assertTrue(offset >= end, "offset " + offset);
      }
    }
  }

  @Test
  final void code_isAPureFunctionOfTheProgram() {
    var first = programs(Set.of(), PROGRAMS / 10);
    var second = programs(Set.of(), PROGRAMS / 10);
    for (int i = 0; i < first.size(); i++) {
      assertArrayEquals(first.get(i).code.bytes(), second.get(i).code.bytes());
      assertArrayEquals(first.get(i).code.insnOffsets(), second.get(i).code.insnOffsets());
    }
  }

  @Test
  final void generator_isOfItsArchitecture_andCompilesItsByteOrder() {
    assertEquals(poke().arch(), generator().arch());
    assertTrue(generator().byteOrders().contains(ByteOrder.LITTLE_ENDIAN));
    assertTrue(generator().byteOrders().contains(arch().byteOrder()));
  }
}
