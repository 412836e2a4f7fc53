package org.jitalloc.arch.s390.trace;

import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.s390.S390TextPoke;
import org.jitalloc.arch.s390.S390Tools;
import org.jitalloc.arch.tck.SiteTrampolinesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;

final class S390SiteTrampolinesTest extends SiteTrampolinesTck {
  @Override
  protected CallSites callSites() {
    return new S390CallSites();
  }

  @Override
  protected TextPoke poke() {
    return new S390TextPoke();
  }

  @Override
  protected Toolchain toolchain() {
    return S390Tools.GNU;
  }

  /** Behind the site are the six bytes that it has; LGRL is six bytes behind the start. */
  @Override
  protected String trampoline(long site, long slot) {
    return "larl %%r0,.%+d\nlgrl %%r1,.%+d\nbr %%r1\n.short 0".formatted(site + 6, slot - 6);
  }

  @Override
  protected String site(long trampoline, boolean on) {
    return "brcl %d,.%+d".formatted(on ? 15 : 0, trampoline);
  }
}
