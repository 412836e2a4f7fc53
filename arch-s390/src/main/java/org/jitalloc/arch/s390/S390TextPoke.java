package org.jitalloc.arch.s390;

import java.util.List;
import java.util.Optional;
import org.jitalloc.Instruction;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.arch.s390.poke.S390TrapHandler;
import org.jitalloc.arch.s390.poke.SiteEncoder;
import org.jitalloc.arch.s390.poke.TrapPlanner;
import org.osgi.service.component.annotations.Component;

/** Changes running s390x code by one store, or over an illegal instruction. */
@Component(property = "jit.arch=s390x")
public final class S390TextPoke implements TextPoke {

  @Override
  public String arch() {
    return S390Arch.NAME;
  }

  @Override
  public int siteBytes() {
    return SiteEncoder.SITE_BYTES;
  }

  @Override
  public byte[] encode(Instruction instruction, long address) {
    return SiteEncoder.encode(instruction, address);
  }

  @Override
  public PokePlan plan(List<PokeSite> sites) {
    return TrapPlanner.plan(sites);
  }

  @Override
  public Optional<TrapHandler> trapHandler() {
    return Optional.of(new S390TrapHandler());
  }
}
