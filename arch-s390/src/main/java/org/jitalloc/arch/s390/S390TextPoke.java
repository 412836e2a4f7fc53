package org.jitalloc.arch.s390;

import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.s390.poke.S390TrapHandler;
import org.jitalloc.arch.s390.poke.SiteEncoder;
import org.jitalloc.arch.s390.poke.TrapPlanner;
import org.jitalloc.arch.support.poke.ArchTextPoke;
import org.osgi.service.component.annotations.Component;

/** Changes live s390x code by one store, or by an illegal instruction as a trap. */
@Component(service = TextPoke.class, property = "jit.arch=s390x")
public final class S390TextPoke extends ArchTextPoke {

  /** Creates the service. */
  public S390TextPoke() {
    super(
        S390Arch.NAME,
        SiteEncoder.SITE_BYTES,
        SiteEncoder::encode,
        TrapPlanner::plan,
        new S390TrapHandler());
  }
}
