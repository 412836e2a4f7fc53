package org.jitalloc.bpf.ds;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.bpf.BpfHelper;
import org.jitalloc.bpf.run.LocalRuntime;
import org.jitalloc.support.ConfigurationKeys;
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
 * The runtime of the host target, which all bundles share. It is there while its allocator is, and
 * closes all programs when it is deactivated. Generators and helpers come and go meanwhile. A
 * changed configuration is in force for programs that are loaded later.
 */
@Component(service = BpfRuntimeComponent.class, configurationPid = "org.jitalloc.bpf")
@Designate(ocd = BpfRuntimeComponent.Config.class)
public final class BpfRuntimeComponent {

  /** The keys of the configuration. */
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

  private static final System.Logger LOG = System.getLogger("org.jitalloc.bpf");

  private final JitAllocator allocator;
  private final LocalRuntime runtime;

  /** Makes the component. */
  @Activate
  public BpfRuntimeComponent(
      BundleContext context,
      @Reference(target = "(jit.target=host)") JitAllocator allocator,
      Config config,
      Map<String, Object> properties) {
    this(new TextServices(context), allocator, config, properties);
  }

  /** Makes it with a publisher for the code of programs. */
  BpfRuntimeComponent(
      TextPublisher texts, JitAllocator allocator, Config config, Map<String, Object> properties) {
    this.allocator = allocator;
    runtime = new LocalRuntime(allocator, allowsUnchecked(config, properties), texts);
  }

  @Modified
  void modified(Config config, Map<String, Object> properties) {
    runtime.allowUnchecked(allowsUnchecked(config, properties));
  }

  /** What a configuration with an unknown key allows is not known, and so it allows nothing. */
  private static boolean allowsUnchecked(Config config, Map<String, Object> properties) {
    Optional<String> unknown = ConfigurationKeys.unknown(properties, Config.class);
    unknown.ifPresent(
        reason ->
            LOG.log(
                Level.ERROR,
                "unchecked programs are denied until org.jitalloc.bpf is corrected: {0}",
                reason));
    return unknown.isEmpty() && config.allowUnchecked();
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
