package org.jitalloc.bpf.ds;

import java.util.List;
import java.util.Map;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.bpf.run.LocalRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** The runtime of the host target as one bundle has it: what the bundle loaded goes with it. */
@Component(service = BpfRuntime.class, scope = ServiceScope.BUNDLE, property = "jit.target=host")
public final class BundleRuntime implements BpfRuntime {

  private final LocalRuntime runtime;

  /** Makes the component. */
  @Activate
  public BundleRuntime(@Reference BpfRuntimeComponent shared) {
    runtime = shared.runtime();
  }

  @Deactivate
  void closePrograms() {
    runtime.closeAllOf(this);
  }

  @Override
  public BpfProgram load(byte[] instructions, BpfLoadOptions options) {
    return runtime.load(instructions, options, this);
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
