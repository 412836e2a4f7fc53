package org.jitalloc.arch.s390.trace;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.arch.s390.poke.SiteEncoder;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.trace.SiteTrampolines;
import org.osgi.service.component.annotations.Component;

/**
 * The call sites of s390x code: {@code brcl 0,.} or {@code brasl %r0,tracer}, as in kernels before
 * 5.15; with {@link S390SiteTrampolines} as in later kernels.
 */
@Component(property = "jit.arch=s390x")
public final class S390CallSites implements CallSites {
  /*
   * Compilers emit a NOP (-mnop-mcount), or a call of __fentry__ by R0 (-mfentry). A tracer finds
   * the address after the site in R0, and the return address of the function in R14. Without a
   * trampoline all six bytes change, so live code is changed by a trap.
   */
  private static final int BYTES = SiteEncoder.SITE_BYTES;
  private static final int ALIGN_BYTES = 2;

  /** From -2^31 to 2^31 - 1 halfwords. */
  static final long REACH_BYTES = 4L << 30;

  private static final short BRASL_R0 = (short) 0xc005;
  static final byte[] NOP = SiteEncoder.encode(new Instruction.Nop(), 0);

  @Override
  public String arch() {
    return S390Arch.NAME;
  }

  @Override
  public int bytes() {
    return BYTES;
  }

  @Override
  public int lookBytes() {
    return BYTES;
  }

  @Override
  public long reachBytes() {
    return REACH_BYTES;
  }

  private static byte[] call(long site, long tracer) {
    return SiteEncoder.branch(BRASL_R0, site, tracer);
  }

  @Override
  public OptionalLong find(long recorded, byte[] code) {
    boolean found = recorded % ALIGN_BYTES == 0 && code.length >= BYTES && isSite(code);
    return found ? OptionalLong.of(recorded) : OptionalLong.empty();
  }

  private static boolean isSite(byte[] code) {
    return Arrays.equals(code, 0, BYTES, NOP, 0, BYTES)
        || ByteBuffer.wrap(code).getShort() == BRASL_R0;
  }

  @Override
  public Optional<Patch> prepare(long site, byte[] compiled) {
    if (compiled.length != BYTES || !isSite(compiled)) {
      throw new JitAllocException(
          Reason.TEXT_MISMATCH,
          "at 0x%x: expected brcl 0,. or brasl %%r0, found %s"
              .formatted(site, HexFormat.of().formatHex(compiled)));
    }
    return Arrays.equals(compiled, NOP)
        ? Optional.empty()
        : Optional.of(new Patch(site, compiled.clone(), NOP.clone()));
  }

  @Override
  public Patch enable(long site, long tracer) {
    return new Patch(site, NOP.clone(), call(site, tracer));
  }

  @Override
  public Patch redirect(long site, long from, long to) {
    return new Patch(site, call(site, from), call(site, to));
  }

  @Override
  public Patch disable(long site, long tracer) {
    return new Patch(site, call(site, tracer), NOP.clone());
  }

  @Override
  public Optional<SiteTrampolines> trampolines() {
    return Optional.of(new S390SiteTrampolines());
  }
}
