package org.jitalloc.arch.toy;

import java.util.List;
import java.util.regex.Pattern;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.tck.BpfGeneratorTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;

class ToyBpfGeneratorTest extends BpfGeneratorTck {
  private final BpfCodeGenerator generator = new ToyBpfCodeGenerator();

  @Override
  protected Arch arch() {
    return new ToyArch();
  }

  @Override
  protected BpfCodeGenerator generator() {
    return generator;
  }

  @Override
  protected TextPoke poke() {
    return new ToyTextPoke();
  }

  @Override
  protected CallSites callSites() {
    return new ToyCallSites();
  }

  @Override
  protected Toolchain toolchain() {
    return new ToyTools();
  }

  @Override
  protected List<Feature> features() {
    return List.of(
        new Feature(ToyBpfCodeGenerator.FAST, Pattern.compile("^op%x ".formatted(ToyWord.FAST))));
  }
}
