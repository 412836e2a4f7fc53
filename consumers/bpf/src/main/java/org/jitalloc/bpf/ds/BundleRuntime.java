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
 * The runtime of the host target for one bundle. What the bundle loads is charged to the bundle,
 * under the rules for it, and is closed when the bundle stops. The memory is allocated by this
 * bundle for the other one: a bundle that stops, or returns its own allocator, must not free the
 * memory of programs before they are closed, because programs of other bundles may lead to them.
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

  /** Makes it for a client of that name. */
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
      // Programs of others may still lead to the code of one that could not be closed.
      if (!runtime.hasAnyOf(owner)) {
        memory.close();
      }
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
