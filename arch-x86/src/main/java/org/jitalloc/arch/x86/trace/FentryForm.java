package org.jitalloc.arch.x86.trace;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.trace.CallSite;
import org.jitalloc.arch.trace.CallSiteForm;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.x86.poke.SiteEncoder;

/** Five bytes before a function has touched its stack: a NOP, or a call. */
final class FentryForm implements CallSiteForm {
  /*
   * What compilers leave: a call of __fentry__ (-mfentry), the NOP (-mnop-mcount), or five NOPs of a byte
   * (-fpatchable-function-entry=5). An ENDBR64 stands before the recorded address.
   * A tracer finds the address behind the site on the stack, and that of the caller behind it.
   */
  static final String NAME = "fentry";

  private static final byte CALL = (byte) 0xe8;
  private static final byte SHORT_NOP = (byte) 0x90;
  private static final byte[] NOP = SiteEncoder.encode(new Instruction.Nop(), 0);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int bytes() {
    return SiteEncoder.SITE_BYTES;
  }

  @Override
  public int alignBytes() {
    return 1;
  }

  @Override
  public int lookBytes() {
    return SiteEncoder.SITE_BYTES;
  }

  @Override
  public int trampolineBytes() {
    return 0;
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
    if (code.length != NOP.length) return false;
    byte[] shortNops = new byte[NOP.length];
    Arrays.fill(shortNops, SHORT_NOP);
    return code[0] == CALL || Arrays.equals(code, NOP) || Arrays.equals(code, shortNops);
  }

  @Override
  public List<Patch> prepare(CallSite site, byte[] compiled) {
    if (!isSite(compiled)) {
      throw new JitAllocException(
          Reason.TEXT_MISMATCH,
          "at 0x%x: expected a 5-byte NOP, a call or five NOPs, found %s"
              .formatted(site.address(), HexFormat.of().formatHex(compiled)));
    }
    return Arrays.equals(compiled, NOP) ? List.of() : List.of(patch(site, compiled, NOP));
  }

  @Override
  public List<Patch> enable(CallSite site, long tracer) {
    return List.of(patch(site, NOP, call(site, tracer)));
  }

  @Override
  public List<Patch> redirect(CallSite site, long from, long to) {
    return List.of(patch(site, call(site, from), call(site, to)));
  }

  @Override
  public List<Patch> disable(CallSite site, long tracer) {
    return List.of(patch(site, call(site, tracer), NOP));
  }

  private static byte[] call(CallSite site, long tracer) {
    return SiteEncoder.encode(new Instruction.Call(tracer), site.address());
  }

  private static Patch patch(CallSite site, byte[] before, byte[] after) {
    return new Patch(Patch.Kind.INSTRUCTION, site.address(), before.clone(), after.clone());
  }
}
