package org.jitalloc.arch.s390.trace;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jitalloc.arch.trace.CallSite;
import org.jitalloc.arch.trace.CallSiteForm;
import org.jitalloc.arch.trace.Patch;

/** {@code brcl 0,.} or {@code brasl %r0,tracer}, as kernels before 5.15 have it. */
final class DirectForm implements CallSiteForm {
  /*
   * A tracer finds the address behind the site in R0, and that of the function's caller in R14.
   * All six bytes change, so running code is changed over a trap.
   */
  static final String NAME = "fentry";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int bytes() {
    return Site.BYTES;
  }

  @Override
  public int alignBytes() {
    return Site.ALIGN_BYTES;
  }

  @Override
  public int lookBytes() {
    return Site.BYTES;
  }

  @Override
  public int trampolineBytes() {
    return 0;
  }

  @Override
  public long reachBytes() {
    return Site.REACH_BYTES;
  }

  @Override
  public OptionalLong find(long recorded, byte[] code) {
    return Site.find(recorded, code);
  }

  @Override
  public List<Patch> prepare(CallSite site, byte[] compiled) {
    Site.check(site.address(), compiled);
    boolean ready = Arrays.equals(compiled, Site.nop());
    return ready ? List.of() : List.of(patch(site, compiled.clone(), Site.nop()));
  }

  @Override
  public List<Patch> enable(CallSite site, long tracer) {
    return List.of(patch(site, Site.nop(), call(site, tracer)));
  }

  @Override
  public List<Patch> redirect(CallSite site, long from, long to) {
    return List.of(patch(site, call(site, from), call(site, to)));
  }

  @Override
  public List<Patch> disable(CallSite site, long tracer) {
    return List.of(patch(site, call(site, tracer), Site.nop()));
  }

  private static byte[] call(CallSite site, long tracer) {
    return Site.branch(Site.CALL_R0, site.address(), tracer);
  }

  private static Patch patch(CallSite site, byte[] before, byte[] after) {
    return Site.instruction(site.address(), before, after);
  }
}
