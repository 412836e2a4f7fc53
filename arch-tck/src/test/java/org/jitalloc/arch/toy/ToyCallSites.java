package org.jitalloc.arch.toy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.trace.SiteTrampolines;

/** A nop or a call; compilers emit either. */
final class ToyCallSites implements CallSites {
  private static final byte[] NOP = ToyWord.bytes(ToyWord.of(ToyWord.NOP, 0));

  @Override
  public String arch() {
    return ToyArch.NAME;
  }

  @Override
  public int bytes() {
    return ToyWord.BYTES;
  }

  @Override
  public int lookBytes() {
    return Flaw.LOOKS_AT_TOO_LITTLE.is() ? 1 : ToyWord.BYTES;
  }

  @Override
  public long reachBytes() {
    return ToyWord.REACH_BYTES;
  }

  @Override
  public OptionalLong find(long recorded, byte[] code) {
    boolean whole = recorded % ToyWord.BYTES == 0 && code.length >= ToyWord.BYTES;
    boolean found = whole && isSite(code) || Flaw.EVERYTHING_IS_A_SITE.is();
    return found ? OptionalLong.of(recorded) : OptionalLong.empty();
  }

  private static boolean isSite(byte[] code) {
    return Arrays.equals(code, NOP) || ToyWord.operation(code) == ToyWord.CALL;
  }

  @Override
  public Optional<Patch> prepare(long site, byte[] compiled) {
    if (!isSite(compiled)) {
      throw new JitAllocException(
          Reason.TEXT_MISMATCH, "found " + HexFormat.of().formatHex(compiled));
    }
    return Arrays.equals(compiled, NOP)
        ? Optional.empty()
        : Optional.of(new Patch(site, compiled, NOP));
  }

  @Override
  public Patch enable(long site, long tracer) {
    return new Patch(site, NOP, call(site, tracer));
  }

  @Override
  public Patch redirect(long site, long from, long to) {
    return new Patch(site, call(site, from), call(site, to));
  }

  @Override
  public Patch disable(long site, long tracer) {
    byte[] before = Flaw.DISABLES_WHAT_IS_DISABLED.is() ? NOP : call(site, tracer);
    return new Patch(site, before, NOP);
  }

  private static byte[] call(long site, long tracer) {
    if (Flaw.FAR_TRACER_IS_CUT_OFF.is()) {
      long words = (tracer - site) / ToyWord.BYTES;
      return ToyWord.bytes(ToyWord.of(ToyWord.CALL, (int) words));
    }
    long off = Flaw.CALLS_THE_NEXT_WORD.is() ? ToyWord.BYTES : 0;
    return new ToyTextPoke().encode(new Instruction.Call(tracer), site - off);
  }

  @Override
  public Optional<SiteTrampolines> trampolines() {
    return Optional.of(new ToySiteTrampolines());
  }
}
