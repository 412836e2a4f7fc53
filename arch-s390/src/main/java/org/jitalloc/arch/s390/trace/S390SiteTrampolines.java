package org.jitalloc.arch.s390.trace;

import java.nio.ByteBuffer;
import org.jitalloc.arch.s390.poke.SiteEncoder;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.trace.SiteTrampolines;

/**
 * Sites that are {@code brcl 0,trampoline} or {@code brcl 15,trampoline}, as in kernels since 5.15.
 */
final class S390SiteTrampolines implements SiteTrampolines {
  /*
   * Off and on differ in the mask: one byte, the one change of running code that the kernel makes.
   * The trampoline: larl %r0,behind the site; lgrl %r1,slot; br %r1. A tracer so finds in R0 what
   * brasl leaves there; R0 and
   * R1 hold no value when a function is entered, and tracers use both. LGRL (z10, 2008) wants its 8
   * bytes aligned, and then loads them at once. No register is called by, so that the prediction of
   * returns stays as it is.
   */
  private static final int BYTES = 16;

  private static final short LARL_R0 = (short) 0xc000;
  private static final short LGRL_R1 = (short) 0xc418;
  private static final short BR_R1 = 0x07f1;
  private static final short BRCL_NEVER = (short) 0xc004;
  private static final short BRCL_ALWAYS = (short) 0xc0f4;

  /** An illegal instruction, which is never executed. */
  private static final short END = 0;

  @Override
  public int bytes() {
    return BYTES;
  }

  @Override
  public long reachBytes() {
    return S390CallSites.REACH_BYTES;
  }

  @Override
  public byte[] code(long address, long site, long slot) {
    long load = address + SiteEncoder.SITE_BYTES;
    return ByteBuffer.allocate(BYTES)
        .put(SiteEncoder.branch(LARL_R0, address, site + SiteEncoder.SITE_BYTES))
        .put(SiteEncoder.branch(LGRL_R1, load, slot))
        .putShort(BR_R1)
        .putShort(END)
        .array();
  }

  @Override
  public Patch link(long site, long trampoline, boolean on) {
    byte[] branch = SiteEncoder.branch(on ? BRCL_ALWAYS : BRCL_NEVER, site, trampoline);
    return new Patch(site, S390CallSites.NOP.clone(), branch);
  }
}
