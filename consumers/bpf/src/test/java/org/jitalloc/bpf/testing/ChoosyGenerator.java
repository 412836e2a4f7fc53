package org.jitalloc.bpf.testing;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import org.jitalloc.JitAlloc;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.bpf.BpfHelper;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.bpf.run.LocalRuntime;
import org.jitalloc.support.TextPublisher;

/**
 * The generator of this machine, that uses what this processor has or, if wanted, only what every
 * processor of the architecture has. For one thread.
 */
public final class ChoosyGenerator implements BpfCodeGenerator {
  private final BpfCodeGenerator generator = TestRuntimes.generator();
  private boolean plain;

  /** A runtime with this generator alone. */
  public BpfRuntime runtime(List<? extends BpfHelper> helpers) {
    var runtime = new LocalRuntime(JitAlloc.host(), true, TextPublisher.NOBODY);
    runtime.add(this);
    helpers.forEach(runtime::add);
    return runtime;
  }

  /** Says whether programs are compiled for the least processor from now on. */
  public void choose(boolean plainFromNowOn) {
    plain = plainFromNowOn;
  }

  @Override
  public String arch() {
    return generator.arch();
  }

  @Override
  public Set<ByteOrder> byteOrders() {
    return generator.byteOrders();
  }

  @Override
  public BpfCode generate(BpfSource source, Set<String> cpuFeatures) {
    return generator.generate(source, plain ? Set.of() : cpuFeatures);
  }
}
