package org.jitalloc.arch.arm64;

import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.arm64.poke.Arm64TrapHandler;
import org.jitalloc.arch.arm64.poke.BrkPlanner;
import org.jitalloc.arch.arm64.poke.SiteEncoder;
import org.jitalloc.arch.support.poke.ArchTextPoke;
import org.osgi.service.component.annotations.Component;

/** Changes live arm64 code: branches and NOPs by one store, other instructions by a breakpoint. */
@Component(service = TextPoke.class, property = "jit.arch=arm64")
public final class Arm64TextPoke extends ArchTextPoke {

  /** Creates the service. */
  public Arm64TextPoke() {
    super(
        Arm64Arch.NAME,
        SiteEncoder.SITE_BYTES,
        SiteEncoder::encode,
        BrkPlanner::plan,
        new Arm64TrapHandler());
  }
}
