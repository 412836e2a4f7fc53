package org.jitalloc.arch.s390.trace;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jitalloc.arch.trace.CallSite;
import org.jitalloc.arch.trace.CallSiteForm;
import org.jitalloc.arch.trace.Patch;

/** {@code brcl 0,trampoline} or {@code brcl 15,trampoline}, as kernels since 5.15 have it. */
final class HotpatchForm implements CallSiteForm {
  /*
   * Only the mask of the branch changes while code runs, one byte. Where to goes is in the trampoline that each site has:
   *    0  brasl %r1,shared     (6 bytes, then 2 of nothing)
   *    8  the address behind the site
   *   16  the address to be called
   * The shared code finds both by R1, and goes on behind the site when the tracer returns. While nothing is traced the
   * address to be called is that behind the site, too: a thread that is late, on its way through the trampoline, just goes
   * on. So to enable is to set the address, then the mask; to disable, the mask first.
   */
  private static final int TRAMPOLINE_BYTES = 24;
  private static final int REST_OFFSET = 8;
  private static final int TRACER_OFFSET = 16;

  @Override
  public String name() {
    return "hotpatch";
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
    return TRAMPOLINE_BYTES;
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
    byte[] off = branch(Site.NEVER, site);
    if (Arrays.equals(compiled, off)) return List.of();
    Site.check(site.address(), compiled);
    return List.of(Site.instruction(site.address(), compiled.clone(), off));
  }

  @Override
  public List<Patch> enable(CallSite site, long tracer) {
    return List.of(pointer(site, rest(site), tracer), mask(site, Site.NEVER, Site.ALWAYS));
  }

  @Override
  public List<Patch> redirect(CallSite site, long from, long to) {
    return List.of(pointer(site, from, to));
  }

  @Override
  public List<Patch> disable(CallSite site, long tracer) {
    return List.of(mask(site, Site.ALWAYS, Site.NEVER), pointer(site, tracer, rest(site)));
  }

  @Override
  public Optional<byte[]> trampoline(CallSite site, long shared) {
    ByteBuffer code = ByteBuffer.allocate(TRAMPOLINE_BYTES);
    code.put(Site.branch(Site.CALL_R1, site.trampoline(), shared));
    code.putLong(REST_OFFSET, rest(site)).putLong(TRACER_OFFSET, rest(site));
    return Optional.of(code.array());
  }

  private static long rest(CallSite site) {
    return site.address() + Site.BYTES;
  }

  private static byte[] branch(short operation, CallSite site) {
    return Site.branch(operation, site.address(), site.trampoline());
  }

  private static Patch mask(CallSite site, short before, short after) {
    return Site.instruction(site.address(), branch(before, site), branch(after, site));
  }

  private static Patch pointer(CallSite site, long before, long after) {
    long address = site.trampoline() + TRACER_OFFSET;
    return new Patch(Patch.Kind.POINTER, address, bytes(before), bytes(after));
  }

  private static byte[] bytes(long address) {
    return ByteBuffer.allocate(Long.BYTES).putLong(address).array();
  }
}
