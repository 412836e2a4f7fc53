package org.jitalloc.arch.arm64.bpf;

import java.util.List;
import java.util.regex.Pattern;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.arm64.Arm64TextPoke;
import org.jitalloc.arch.arm64.Arm64Tools;
import org.jitalloc.arch.arm64.trace.Arm64CallSites;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.tck.BpfGeneratorTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;

class Arm64BpfGeneratorTest extends BpfGeneratorTck {

  @Override
  protected Arch arch() {
    return new Arm64Arch();
  }

  @Override
  protected BpfCodeGenerator generator() {
    return new Arm64BpfCodeGenerator();
  }

  @Override
  protected TextPoke poke() {
    return new Arm64TextPoke();
  }

  @Override
  protected CallSites callSites() {
    return new Arm64CallSites();
  }

  @Override
  protected Toolchain toolchain() {
    return Arm64Tools.GNU;
  }

  @Override
  protected List<Feature> features() {
    return List.of(new Feature("atomics", Pattern.compile("^(ld(add|set|clr|eor)|swp|cas)al ")));
  }
}
