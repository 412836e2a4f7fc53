package org.jitalloc.arch.arm64.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.arm64.poke.SiteEncoder;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.osgi.service.component.annotations.Component;

/**
 * The call sites of arm64 code: two instructions at the start of a function, MOV X9, X30, then a
 * NOP or a BL.
 */
@Component(property = "jit.arch=arm64")
public final class Arm64CallSites implements CallSites {
  /*
   * Compilers emit two NOPs (-fpatchable-function-entry=2), after a BTI C if branch targets are
   * marked; the recorded address is that of the first NOP or, by some compilers, of the BTI. The
   * MOV is written once and stays: X9 is a scratch register at the start of a function. So later
   * changes are one store of one instruction. When the tracer is called, X9 is the return address
   * of the function, and X30 the address after the site.
   */
  private static final int WORD = 4;
  private static final int NOP = 0xd503201f;
  private static final int BTI_C = 0xd503245f;
  private static final int MOV_X9_X30 = 0xaa1e03e9;

  @Override
  public String arch() {
    return Arm64Arch.NAME;
  }

  @Override
  public int bytes() {
    return 2 * WORD;
  }

  @Override
  public int lookBytes() {
    return 3 * WORD;
  }

  @Override
  public long reachBytes() {
    return 128L << 20;
  }

  @Override
  public OptionalLong find(long recorded, byte[] code) {
    if (recorded % WORD != 0) {
      return OptionalLong.empty();
    }
    int skipped = wordAt(code, 0) == BTI_C ? WORD : 0;
    boolean found = isFirst(wordAt(code, skipped)) && wordAt(code, skipped + WORD) == NOP;
    return found ? OptionalLong.of(recorded + skipped) : OptionalLong.empty();
  }

  private static boolean isFirst(int word) {
    return word == NOP || word == MOV_X9_X30;
  }

  /** {@return the word at an offset; 0, which is no instruction, at the end of the text} */
  private static int wordAt(byte[] code, int offset) {
    return code.length < offset + WORD
        ? 0
        : ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
  }

  private static byte[] word(int word) {
    return ByteBuffer.allocate(WORD).order(ByteOrder.LITTLE_ENDIAN).putInt(word).array();
  }

  @Override
  public Optional<Patch> prepare(long site, byte[] compiled) {
    boolean expected =
        compiled.length == bytes() && isFirst(wordAt(compiled, 0)) && wordAt(compiled, WORD) == NOP;
    if (!expected) {
      throw new JitAllocException(
          Reason.TEXT_MISMATCH,
          "at 0x%x: expected two NOPs, found %s"
              .formatted(site, HexFormat.of().formatHex(compiled)));
    }
    return wordAt(compiled, 0) == NOP
        ? Optional.of(new Patch(site, word(NOP), word(MOV_X9_X30)))
        : Optional.empty();
  }

  @Override
  public Patch enable(long site, long tracer) {
    return new Patch(callAddress(site), word(NOP), call(site, tracer));
  }

  @Override
  public Patch redirect(long site, long from, long to) {
    return new Patch(callAddress(site), call(site, from), call(site, to));
  }

  @Override
  public Patch disable(long site, long tracer) {
    return new Patch(callAddress(site), call(site, tracer), word(NOP));
  }

  private static long callAddress(long site) {
    return site + WORD;
  }

  private static byte[] call(long site, long tracer) {
    return SiteEncoder.encode(new Instruction.Call(tracer), callAddress(site));
  }
}
