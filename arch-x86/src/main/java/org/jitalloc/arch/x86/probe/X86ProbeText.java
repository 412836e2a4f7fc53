package org.jitalloc.arch.x86.probe;

import java.util.BitSet;
import java.util.Optional;
import org.jitalloc.arch.trace.ProbeText;
import org.jitalloc.arch.x86.decode.ControlTransfer;
import org.jitalloc.arch.x86.decode.DecodedInstruction;
import org.jitalloc.arch.x86.decode.Decoder;
import org.jitalloc.arch.x86.decode.JumpCover;
import org.jitalloc.arch.x86.decode.ProbeRefusal;
import org.jitalloc.arch.x86.decode.Probes;
import org.jitalloc.arch.x86.decode.Sweep;

/** A function that is decoded once. */
final class X86ProbeText implements ProbeText {
  private static final BitSet NO_ENTRIES = new BitSet();

  private final byte[] code;
  private final Sweep sweep;

  X86ProbeText(byte[] code) {
    this.code = code.clone();
    sweep = Sweep.of(this.code, 0, code.length);
  }

  @Override
  public BitSet starts() {
    return sweep.starts();
  }

  @Override
  public Optional<String> refusal(int offset) {
    return Probes.check(code, 0, sweep, offset).map(ProbeRefusal::reason);
  }

  private DecodedInstruction at(int offset) {
    var instruction = new DecodedInstruction();
    if (!sweep.starts().get(offset) || !Decoder.decode(code, offset, code.length, instruction)) {
      throw new IllegalArgumentException("no instruction begins there: offset=" + offset);
    }
    return instruction;
  }

  @Override
  public int length(int offset) {
    return at(offset).length();
  }

  @Override
  public boolean isStraight(int offset) {
    return at(offset).flow() == ControlTransfer.NEXT;
  }

  @Override
  public Jump jump(int offset) {
    return switch (JumpCover.of(code, 0, sweep, offset, NO_ENTRIES)) {
      case JumpCover.Covers(int bytes) -> new Covers(bytes);
      case JumpCover.Refused(ProbeRefusal why, int where) ->
          new Refused("the instruction at offset %d %s".formatted(where, why.reason()));
    };
  }
}
