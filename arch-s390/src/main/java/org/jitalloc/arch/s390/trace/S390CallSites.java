package org.jitalloc.arch.s390.trace;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.osgi.service.component.annotations.Component;

/**
 * The call sites of s390x code: {@code brcl 0,.} or {@code brasl %r0,tracer}, as kernels before
 * 5.15 have it.
 */
@Component(property = "jit.arch=s390x")
public final class S390CallSites implements CallSites {
  /*
   * What compilers leave: the NOP (-mnop-mcount), or a call of __fentry__ by R0 (-mfentry).
   * A tracer finds the address behind the site in R0, and that of the function's caller in R14.
   * All six bytes change, so running code is changed over a trap.
   */
  private static final int BYTES = 6;
  private static final int ALIGN_BYTES = 2;

  /** From -2^31 to 2^31 - 1 halfwords. */
  private static final long REACH_BYTES = 4L << 30;

  private static final short BRCL_NEVER = (short) 0xc004;
  private static final short BRASL_R0 = (short) 0xc005;

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

  private static byte[] nop() {
    return branch(BRCL_NEVER, 0);
  }

  private static byte[] branch(short operation, int halfwords) {
    return ByteBuffer.allocate(BYTES).putShort(operation).putInt(halfwords).array();
  }

  private static byte[] call(long site, long tracer) {
    long distance = tracer - site;
    long halfwords = distance >> 1;
    if (distance % 2 != 0 || halfwords != (int) halfwords) {
      throw new JitAllocException(
          Reason.UNREACHABLE,
          "a site reaches even addresses within 4 GiB: from=0x%x to=0x%x distance=%d bytes"
              .formatted(site, tracer, distance));
    }
    return branch(BRASL_R0, (int) halfwords);
  }

  @Override
  public OptionalLong find(long recorded, byte[] code) {
    boolean found = recorded % ALIGN_BYTES == 0 && code.length >= BYTES && isSite(code);
    return found ? OptionalLong.of(recorded) : OptionalLong.empty();
  }

  private static boolean isSite(byte[] code) {
    return Arrays.equals(code, 0, BYTES, nop(), 0, BYTES)
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
    return Arrays.equals(compiled, nop())
        ? Optional.empty()
        : Optional.of(new Patch(site, compiled.clone(), nop()));
  }

  @Override
  public Patch enable(long site, long tracer) {
    return new Patch(site, nop(), call(site, tracer));
  }

  @Override
  public Patch redirect(long site, long from, long to) {
    return new Patch(site, call(site, from), call(site, to));
  }

  @Override
  public Patch disable(long site, long tracer) {
    return new Patch(site, call(site, tracer), nop());
  }
}
