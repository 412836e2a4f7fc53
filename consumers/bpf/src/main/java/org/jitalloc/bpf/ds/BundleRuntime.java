package org.jitalloc.bpf.ds;

import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocator;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.bpf.run.Loader;
import org.jitalloc.bpf.run.LocalRuntime;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * The runtime of the host target as one bundle has it: what the bundle loads is in that bundle's
 * memory, under the rules for it, and goes with it.
 */
@Component(service = BpfRuntime.class, scope = ServiceScope.BUNDLE, property = "jit.target=host")
public final class BundleRuntime implements BpfRuntime {

  private final LocalRuntime runtime;
  private final Loader loader;
  private final Runnable giveBack;

  /** Makes the component. */
  @Activate
  public BundleRuntime(
      ComponentContext context,
      @Reference(target = "(jit.target=host)") ServiceReference<JitAllocator> allocator,
      @Reference BpfRuntimeComponent shared) {
    BundleContext bundle = context.getUsingBundle().getBundleContext();
    this(shared, bundle.getService(allocator), () -> giveBack(bundle, allocator));
  }

  /** Makes it for whoever has an allocator, which is given back at the end. */
  BundleRuntime(BpfRuntimeComponent shared, JitAllocator allocator, Runnable giveBack) {
    runtime = shared.runtime();
    loader = new Loader(allocator);
    this.giveBack = giveBack;
  }

  private static void giveBack(BundleContext bundle, ServiceReference<JitAllocator> allocator) {
    try {
      bundle.ungetService(allocator);
    } catch (IllegalStateException stopped) {
      // The framework takes back what a bundle had that stopped.
    }
  }

  @Deactivate
  void closePrograms() {
    runtime.closeAllOf(loader);
    giveBack.run();
  }

  @Override
  public BpfProgram load(byte[] instructions, BpfLoadOptions options) {
    return runtime.load(instructions, options, loader);
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
