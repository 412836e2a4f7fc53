package org.jitalloc.arch.toy;

import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.SiteTrampolinesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;

class ToySiteTrampolinesTest extends SiteTrampolinesTck {

  @Override
  protected CallSites callSites() {
    return new ToyCallSites();
  }

  @Override
  protected TextPoke poke() {
    return new ToyTextPoke();
  }

  @Override
  protected Toolchain toolchain() {
    return new ToyTools();
  }

  @Override
  protected String trampoline(long site, long slot) {
    return "op10 %d\nop11 %d\nop12\ntrap"
        .formatted(site / ToyWord.BYTES + 1, slot / ToyWord.BYTES - 1);
  }

  @Override
  protected String site(long trampoline, boolean on) {
    return "%s %d".formatted(on ? "jump" : "nop", trampoline / ToyWord.BYTES);
  }
}
