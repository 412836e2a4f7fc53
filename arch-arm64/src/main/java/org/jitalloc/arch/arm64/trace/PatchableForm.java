package org.jitalloc.arch.arm64.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.arm64.poke.SiteEncoder;
import org.jitalloc.arch.trace.CallSite;
import org.jitalloc.arch.trace.CallSiteForm;
import org.jitalloc.arch.trace.Patch;

/** Two instructions at the start of a function: MOV X9, X30, then a NOP or a BL. */
final class PatchableForm implements CallSiteForm {
  /*
   * What compilers leave (-fpatchable-function-entry=2): two NOPs, behind a BTI C where branch targets are marked; the recorded
   * address is that of the first NOP or, by some, of the BTI.
   * The MOV is put there once and stays: X9 belongs to nobody at the start of a function. So one instruction changes later,
   * at once. The address that is in a register when the tracer is called, of the caller of the function, is in X9; X30 has
   * the one behind the site.
   */
  static final String NAME = "patchable";

  private static final int WORD = 4;
  private static final int NOP = 0xd503201f;
  private static final int BTI_C = 0xd503245f;
  private static final int MOV_X9_X30 = 0xaa1e03e9;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int bytes() {
    return 2 * WORD;
  }

  @Override
  public int alignBytes() {
    return WORD;
  }

  @Override
  public int lookBytes() {
    return 3 * WORD;
  }

  @Override
  public int trampolineBytes() {
    return 0;
  }

  @Override
  public long reachBytes() {
    return 128L << 20;
  }

  @Override
  public OptionalLong find(long recorded, byte[] code) {
    if (recorded % WORD != 0) return OptionalLong.empty();
    int skipped = wordAt(code, 0) == BTI_C ? WORD : 0;
    boolean found = isFirst(wordAt(code, skipped)) && wordAt(code, skipped + WORD) == NOP;
    return found ? OptionalLong.of(recorded + skipped) : OptionalLong.empty();
  }

  private static boolean isFirst(int word) {
    return word == NOP || word == MOV_X9_X30;
  }

  /** The word at an offset; 0, which is no instruction, at the end of the text. */
  private static int wordAt(byte[] code, int offset) {
    return code.length < offset + WORD
        ? 0
        : ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
  }

  private static byte[] word(int word) {
    return ByteBuffer.allocate(WORD).order(ByteOrder.LITTLE_ENDIAN).putInt(word).array();
  }

  @Override
  public List<Patch> prepare(CallSite site, byte[] compiled) {
    boolean expected =
        compiled.length == bytes() && isFirst(wordAt(compiled, 0)) && wordAt(compiled, WORD) == NOP;
    if (!expected) {
      throw new JitAllocException(
          Reason.TEXT_MISMATCH,
          "at 0x%x: expected two NOPs, found %s"
              .formatted(site.address(), HexFormat.of().formatHex(compiled)));
    }
    var patches = new ArrayList<Patch>();
    if (wordAt(compiled, 0) == NOP) {
      patches.add(patch(site.address(), word(NOP), word(MOV_X9_X30)));
    }
    return patches;
  }

  @Override
  public List<Patch> enable(CallSite site, long tracer) {
    return List.of(patch(callAddress(site), word(NOP), call(site, tracer)));
  }

  @Override
  public List<Patch> redirect(CallSite site, long from, long to) {
    return List.of(patch(callAddress(site), call(site, from), call(site, to)));
  }

  @Override
  public List<Patch> disable(CallSite site, long tracer) {
    return List.of(patch(callAddress(site), call(site, tracer), word(NOP)));
  }

  private static long callAddress(CallSite site) {
    return site.address() + WORD;
  }

  private static byte[] call(CallSite site, long tracer) {
    return SiteEncoder.encode(new Instruction.Call(tracer), callAddress(site));
  }

  private static Patch patch(long address, byte[] before, byte[] after) {
    return new Patch(Patch.Kind.INSTRUCTION, address, before, after);
  }
}
