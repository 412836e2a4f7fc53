package org.jitalloc.arch.x86;

import java.util.List;
import java.util.Optional;
import org.jitalloc.Instruction;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.arch.x86.poke.Int3Planner;
import org.jitalloc.arch.x86.poke.SiteEncoder;
import org.jitalloc.arch.x86.poke.X86TrapHandler;
import org.osgi.service.component.annotations.Component;

/** Changes running x86-64 code over a breakpoint, as the kernel does. */
@Component(property = "jit.arch=amd64")
public final class X86TextPoke implements TextPoke {

  @Override
  public String arch() {
    return X86Arch.NAME;
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
    return Int3Planner.plan(sites);
  }

  @Override
  public Optional<TrapHandler> trapHandler() {
    return Optional.of(new X86TrapHandler());
  }
}
