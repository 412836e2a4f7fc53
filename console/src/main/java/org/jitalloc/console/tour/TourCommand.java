package org.jitalloc.console.tour;

import org.apache.felix.service.command.Descriptor;
import org.jitalloc.JitAllocator;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.console.command.CommandException;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The command {@code jitalloc:tour}. */
@Component(
    service = TourCommand.class,
    property = {"osgi.command.scope=jitalloc", "osgi.command.function=tour"})
public final class TourCommand {
  @Reference(
      target = "(jit.target=host)",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  private volatile @Nullable JitAllocator allocator;

  @Reference(
      target = "(jit.target=host)",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  private volatile @Nullable BpfRuntime runtime;

  /** Called by Declarative Services. */
  public TourCommand() {}

  /**
   * {@code jitalloc:tour}.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  @Descriptor("loads, runs, patches and frees BPF programs, and prints the results")
  public void tour() throws InterruptedException {
    JitAllocator host = allocator;
    BpfRuntime bpf = runtime;
    if (host == null || bpf == null) {
      throw new CommandException(
          "the tour needs the target host and its BPF runtime, and there is no %s; see mem:targets and lb"
              .formatted(host == null ? "target host" : "BPF runtime"));
    }
    new Tour(host, bpf, System.out).run();
  }
}
