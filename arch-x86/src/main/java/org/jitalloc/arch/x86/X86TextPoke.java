package org.jitalloc.arch.x86;

import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.support.poke.ArchTextPoke;
import org.jitalloc.arch.x86.poke.Int3Planner;
import org.jitalloc.arch.x86.poke.SiteEncoder;
import org.jitalloc.arch.x86.poke.X86TrapHandler;
import org.osgi.service.component.annotations.Component;

/** Changes live x86-64 code by a breakpoint, as the kernel's {@code smp_text_poke_batch_finish}. */
@Component(service = TextPoke.class, property = "jit.arch=amd64")
public final class X86TextPoke extends ArchTextPoke {

  /** Creates the service. */
  public X86TextPoke() {
    super(
        X86Arch.NAME,
        SiteEncoder.SITE_BYTES,
        SiteEncoder::encode,
        Int3Planner::plan,
        new X86TrapHandler());
  }
}
