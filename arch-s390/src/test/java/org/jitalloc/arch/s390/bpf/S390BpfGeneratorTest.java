package org.jitalloc.arch.s390.bpf;

import java.util.List;
import java.util.regex.Pattern;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.arch.s390.S390TextPoke;
import org.jitalloc.arch.s390.S390Tools;
import org.jitalloc.arch.s390.trace.S390CallSites;
import org.jitalloc.arch.tck.BpfGeneratorTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;

class S390BpfGeneratorTest extends BpfGeneratorTck {

  @Override
  protected Arch arch() {
    return new S390Arch();
  }

  @Override
  protected BpfCodeGenerator generator() {
    return new S390BpfCodeGenerator();
  }

  @Override
  protected TextPoke poke() {
    return new S390TextPoke();
  }

  @Override
  protected CallSites callSites() {
    return new S390CallSites();
  }

  @Override
  protected Toolchain toolchain() {
    return S390Tools.GNU;
  }

  @Override
  protected List<Feature> features() {
    return List.of(
        new Feature("facility-34", Pattern.compile("^(cl?g?[ri]j|risbg|msg?fi)")),
        new Feature("facility-45", Pattern.compile("^la[anox]g? ")));
  }
}
