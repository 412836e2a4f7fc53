package org.jitalloc.bpf.ds;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.bpf.BpfHelper;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.run.LocalRuntime;
import org.jitalloc.bpf.run.RunPolicy;
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

    /** {@return the time limit of programs that are loaded without one; 0 for none} */
    @AttributeDefinition(
        name = "Time limit, in milliseconds",
        description =
            "How long a run of a program may take that is loaded without a time limit; 0: any"
                + " time.")
    long timeLimitMillis() default 60_000;

    /** {@return the greatest time limit that a program may be loaded with; 0 for any} */
    @AttributeDefinition(
        name = "Greatest time limit, in milliseconds",
        description =
            "A program that is loaded with a greater time limit, or none, is denied; 0: every"
                + " limit is allowed.")
    long maxTimeLimitMillis() default 0;

    /** {@return the step limit of programs that are loaded without one; 0 for none} */
    @AttributeDefinition(
        name = "Step limit",
        description =
            "How many jumps backwards and calls a run of a program may do that is loaded without"
                + " a step limit; 0: any number.")
    long stepLimit() default 0;
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
    runtime = new LocalRuntime(allocator, false, texts);
    modified(config, properties);
  }

  /**
   * A configuration with an unknown key or a wrong value allows no unchecked programs, and no time
   * limit greater than that which programs have without a configuration.
   */
  @Modified
  void modified(Config config, Map<String, Object> properties) {
    try {
      Optional<String> unknown = ConfigurationKeys.unknown(properties, Config.class);
      if (unknown.isPresent()) {
        throw new IllegalArgumentException(unknown.get());
      }
      runtime.limitRuns(policy(config));
      runtime.allowUnchecked(config.allowUnchecked());
    } catch (IllegalArgumentException wrong) {
      LOG.log(
          Level.ERROR,
          "unchecked programs and time limits of more than a minute are denied until"
              + " org.jitalloc.bpf is corrected: {0}",
          wrong.getMessage());
      runtime.allowUnchecked(false);
      runtime.limitRuns(RunPolicy.STRICT);
    }
  }

  private static RunPolicy policy(Config config) {
    return new RunPolicy(
        limit(config.timeLimitMillis()),
        limit(config.maxTimeLimitMillis()),
        config.stepLimit() == 0 ? BpfLoadOptions.NO_STEP_LIMIT : config.stepLimit());
  }

  private static Duration limit(long millis) {
    return millis == 0 ? BpfLoadOptions.NO_TIME_LIMIT : Duration.ofMillis(millis);
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
