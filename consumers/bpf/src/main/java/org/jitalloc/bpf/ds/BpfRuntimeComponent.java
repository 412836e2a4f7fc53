package org.jitalloc.bpf.ds;

import org.jitalloc.JitAllocator;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.bpf.BpfHelper;
import org.jitalloc.bpf.run.LocalRuntime;
import org.jitalloc.support.TextPublisher;
import org.jitalloc.support.TextServices;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What all users of the host target share: its programs, generators and helpers. Comes and goes
 * with its allocator, and closes all programs when it goes; generators and helpers come and go
 * while it works. A change of its configuration holds for programs that are loaded afterwards.
 */
@Component(service = BpfRuntimeComponent.class, configurationPid = "org.jitalloc.bpf")
@Designate(ocd = BpfRuntimeComponent.Config.class)
public final class BpfRuntimeComponent {

  /** What can be configured. */
  @ObjectClassDefinition(name = "jitalloc BPF", description = "What BPF programs are allowed to do")
  public @interface Config {

    /** {@return whether programs may run without checks of their accesses to memory} */
    @AttributeDefinition(
        name = "Allow unchecked programs",
        description =
            "Whether programs may be loaded that access memory without checks. A wrong one corrupts"
                + " or ends the process.")
    boolean allowUnchecked() default false;
  }

  private final JitAllocator allocator;
  private final LocalRuntime runtime;

  /** Makes the component. */
  @Activate
  public BpfRuntimeComponent(
      BundleContext context,
      @Reference(target = "(jit.target=host)") JitAllocator allocator,
      Config config) {
    this(new TextServices(context), allocator, config);
  }

  /** Makes it for whoever says where the code of programs is handed in. */
  BpfRuntimeComponent(TextPublisher texts, JitAllocator allocator, Config config) {
    this.allocator = allocator;
    runtime = new LocalRuntime(allocator, config.allowUnchecked(), texts);
  }

  @Modified
  void modified(Config config) {
    runtime.allowUnchecked(config.allowUnchecked());
  }

  @Deactivate
  void deactivate() {
    runtime.close();
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindGenerator(BpfCodeGenerator generator) {
    runtime.add(generator);
  }

  void unbindGenerator(BpfCodeGenerator generator) {
    runtime.remove(generator);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bindHelper(BpfHelper helper) {
    runtime.add(helper);
  }

  void unbindHelper(BpfHelper helper) {
    runtime.remove(helper);
  }

  JitAllocator allocator() {
    return allocator;
  }

  LocalRuntime runtime() {
    return runtime;
  }
}
