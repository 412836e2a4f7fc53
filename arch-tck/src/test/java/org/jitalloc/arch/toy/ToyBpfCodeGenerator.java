package org.jitalloc.arch.toy;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.arch.bpf.BpfStopSite;
import org.jitalloc.arch.support.bpf.Emitters;
import org.jitalloc.arch.support.bpf.ProgramWriter;
import org.jitalloc.arch.support.bpf.Translation;

/** A generator that uses the shared code of generators, and supplies only the words. */
final class ToyBpfCodeGenerator implements BpfCodeGenerator {
  static final String FAST = "fast";

  private int draws;

  @Override
  public String arch() {
    return ToyArch.NAME;
  }

  @Override
  public Set<ByteOrder> byteOrders() {
    return Flaw.ONLY_LITTLE_ENDIAN.is()
        ? Set.of(ByteOrder.LITTLE_ENDIAN)
        : Set.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
  }

  @Override
  public BpfCode generate(BpfSource source, Set<String> cpuFeatures) {
    boolean fast = cpuFeatures.contains(FAST) && !Flaw.FEATURE_IS_IGNORED.is();
    var to = new Translation(Flaw.STEPS_ARE_NOT_COUNTED.is() ? uncounted(source) : source);
    var asm = new ToyAssembler();
    var emit = new ToyEmitters(asm, to.usage(), fast || Flaw.FEATURE_IS_ASSUMED.is());
    var machine = new Emitters(asm, emit, emit, emit, emit, emit, emit, emit, emit);
    return spoil(new ProgramWriter(to, machine).write());
  }

  private static BpfSource uncounted(BpfSource source) {
    return new BpfSource(
        source.insns(),
        source.functions(),
        source.helpers(),
        source.checked(),
        source.byteOrder(),
        source.callSite());
  }

  private BpfCode spoil(BpfCode code) {
    int[] offsets = code.insnOffsets();
    byte[] bytes = code.bytes();
    if (Flaw.HALF_INSTRUCTION_OFFSETS.is()) {
      offsets = Arrays.stream(offsets).map(o -> o + 2).toArray();
    }
    if (Flaw.OFFSETS_BEFORE_THE_CODE.is()) {
      offsets[0] = 0;
    }
    if (Flaw.CODE_IS_DRAWN_ANEW.is()) {
      bytes[bytes.length - 1] += (byte) draws++;
    }
    if (Flaw.DATA_AMONG_CODE.is()) {
      bytes = Arrays.copyOf(bytes, bytes.length + ToyWord.BYTES);
      bytes[bytes.length - ToyWord.BYTES] = ToyWord.LAST + 1;
    }
    var stopSites = Flaw.NO_STOP_SITES.is() ? List.<BpfStopSite>of() : code.stopSites();
    return new BpfCode(bytes, code.entry(), code.patchSite(), offsets, stopSites);
  }
}
