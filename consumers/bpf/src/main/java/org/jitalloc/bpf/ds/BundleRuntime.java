package org.jitalloc.bpf.ds;

import java.util.List;
import java.util.Map;
import org.jitalloc.ClientAllocator;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.bpf.run.LocalRuntime;
import org.jitalloc.bpf.run.ProgramOwner;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * The runtime of the host target as one bundle has it: what the bundle loads counts for that
 * bundle, under the rules for it, and goes with it. The memory is had for the bundle and not by it:
 * a bundle that stops, or gives its own allocator back, may not take the memory of programs away
 * before they are closed, as those of others may lead to them.
 */
@Component(service = BpfRuntime.class, scope = ServiceScope.BUNDLE, property = "jit.target=host")
public final class BundleRuntime implements BpfRuntime {

  private final LocalRuntime runtime;
  private final ClientAllocator memory;
  private final ProgramOwner owner;

  /** Makes the component. */
  @Activate
  public BundleRuntime(ComponentContext context, @Reference BpfRuntimeComponent shared) {
    this(shared, context.getUsingBundle().getSymbolicName());
  }

  /** Makes it for whoever has that name. */
  BundleRuntime(BpfRuntimeComponent shared, String client) {
    runtime = shared.runtime();
    memory = shared.allocator().forClient(client);
    owner = new ProgramOwner(memory);
  }

  @Deactivate
  void closePrograms() {
    try {
      runtime.closeAllOf(owner);
    } finally {
      memory.close();
    }
  }

  @Override
  public BpfProgram load(byte[] instructions, BpfLoadOptions options) {
    return runtime.load(instructions, options, owner);
  }

  @Override
  public List<BpfProgram> programs() {
    return runtime.programs();
  }

  @Override
  public Map<Integer, String> helpers() {
    return runtime.helpers();
  }
}
