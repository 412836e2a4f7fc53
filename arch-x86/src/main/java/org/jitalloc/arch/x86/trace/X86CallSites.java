package org.jitalloc.arch.x86.trace;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.x86.X86Arch;
import org.jitalloc.arch.x86.poke.SiteEncoder;
import org.osgi.service.component.annotations.Component;

/**
 * The call sites of x86-64 code: five bytes before a function changes its stack, a NOP or a call.
 */
@Component(property = "jit.arch=amd64")
public final class X86CallSites implements CallSites {
  /*
   * Compilers emit a call of __fentry__ (-mfentry), a NOP (-mnop-mcount), or five NOPs of one byte
   * (-fpatchable-function-entry=5). An ENDBR64 precedes the recorded address. A tracer finds the
   * address after the site on the stack, and then the return address of the function.
   */
  private static final byte CALL = (byte) 0xe8;
  private static final byte SHORT_NOP = (byte) 0x90;
  private static final byte[] NOP = SiteEncoder.encode(new Instruction.Nop(), 0);

  @Override
  public String arch() {
    return X86Arch.NAME;
  }

  @Override
  public int bytes() {
    return SiteEncoder.SITE_BYTES;
  }

  @Override
  public int lookBytes() {
    return SiteEncoder.SITE_BYTES;
  }

  @Override
  public long reachBytes() {
    return 2L << 30;
  }

  @Override
  public OptionalLong find(long recorded, byte[] code) {
    boolean found = code.length >= NOP.length && isSite(Arrays.copyOf(code, NOP.length));
    return found ? OptionalLong.of(recorded) : OptionalLong.empty();
  }

  private static boolean isSite(byte[] code) {
    if (code.length != NOP.length) {
      return false;
    }
    var shortNops = new byte[NOP.length];
    Arrays.fill(shortNops, SHORT_NOP);
    return code[0] == CALL || Arrays.equals(code, NOP) || Arrays.equals(code, shortNops);
  }

  @Override
  public Optional<Patch> prepare(long site, byte[] compiled) {
    if (!isSite(compiled)) {
      throw new JitAllocException(
          Reason.TEXT_MISMATCH,
          "at 0x%x: expected a 5-byte NOP, a call or five NOPs, found %s"
              .formatted(site, HexFormat.of().formatHex(compiled)));
    }
    return Arrays.equals(compiled, NOP)
        ? Optional.empty()
        : Optional.of(patch(site, compiled, NOP));
  }

  @Override
  public Patch enable(long site, long tracer) {
    return patch(site, NOP, call(site, tracer));
  }

  @Override
  public Patch redirect(long site, long from, long to) {
    return patch(site, call(site, from), call(site, to));
  }

  @Override
  public Patch disable(long site, long tracer) {
    return patch(site, call(site, tracer), NOP);
  }

  private static byte[] call(long site, long tracer) {
    return SiteEncoder.encode(new Instruction.Call(tracer), site);
  }

  private static Patch patch(long site, byte[] before, byte[] after) {
    return new Patch(site, before.clone(), after.clone());
  }
}
