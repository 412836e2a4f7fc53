package org.jitalloc.arch.x86.bpf;

import java.util.List;
import java.util.regex.Pattern;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.tck.BpfGeneratorTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.x86.X86Arch;
import org.jitalloc.arch.x86.X86TextPoke;
import org.jitalloc.arch.x86.X86Tools;
import org.jitalloc.arch.x86.trace.X86CallSites;

class X86BpfGeneratorTest extends BpfGeneratorTck {

  @Override
  protected Arch arch() {
    return new X86Arch();
  }

  @Override
  protected BpfCodeGenerator generator() {
    return new X86BpfCodeGenerator();
  }

  @Override
  protected TextPoke poke() {
    return new X86TextPoke();
  }

  @Override
  protected CallSites callSites() {
    return new X86CallSites();
  }

  @Override
  protected Toolchain toolchain() {
    return X86Tools.GNU;
  }

  @Override
  protected List<Feature> features() {
    return List.of(new Feature("bmi2", Pattern.compile("^(shlx|shrx|sarx) ")));
  }
}
