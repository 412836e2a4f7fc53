package org.jitalloc.arch.s390;

import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.s390.poke.S390TrapHandler;
import org.jitalloc.arch.s390.poke.SiteEncoder;
import org.jitalloc.arch.s390.poke.TrapPlanner;
import org.jitalloc.arch.support.poke.ArchTextPoke;
import org.osgi.service.component.annotations.Component;

/** Changes running s390x code by one store, or over an illegal instruction. */
@Component(service = TextPoke.class, property = "jit.arch=s390x")
public final class S390TextPoke extends ArchTextPoke {

  /** Makes the service. */
  public S390TextPoke() {
    super(
        S390Arch.NAME,
        SiteEncoder.SITE_BYTES,
        SiteEncoder::encode,
        TrapPlanner::plan,
        new S390TrapHandler());
  }
}
