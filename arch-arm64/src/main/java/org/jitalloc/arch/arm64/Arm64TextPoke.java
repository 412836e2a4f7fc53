package org.jitalloc.arch.arm64;

import java.util.List;
import java.util.Optional;
import org.jitalloc.Instruction;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.arch.arm64.poke.Arm64TrapHandler;
import org.jitalloc.arch.arm64.poke.BrkPlanner;
import org.jitalloc.arch.arm64.poke.SiteEncoder;
import org.osgi.service.component.annotations.Component;

/** Changes running arm64 code: branches and NOPs by one store, anything else over a breakpoint. */
@Component(property = "jit.arch=arm64")
public final class Arm64TextPoke implements TextPoke {

  @Override
  public String arch() {
    return Arm64Arch.NAME;
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
    return BrkPlanner.plan(sites);
  }

  @Override
  public Optional<TrapHandler> trapHandler() {
    return Optional.of(new Arm64TrapHandler());
  }
}
