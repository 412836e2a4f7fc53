package org.jitalloc.core.ds;

import java.lang.System.Logger.Level;
import java.util.Map;
import org.jitalloc.core.host.HostOptions;
import org.jitalloc.core.policy.RuleReader;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * A rule of the policy for each configuration of the factory PID {@code org.jitalloc.policy}. A
 * changed configuration replaces its rule in one step. A configuration that cannot be read, or has
 * an unknown key, denies everything until it is corrected or deleted.
 */
@Component(
    service = ConfiguredRule.class,
    immediate = true,
    configurationPid = "org.jitalloc.policy",
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredRule.Config.class, factory = true)
public final class ConfiguredRule {

  /** The keys of a rule. {@link RuleReader} reads them. */
  @ObjectClassDefinition(
      name = "jitalloc policy rule",
      description =
          "Restricts the requests that it selects. A request must pass every rule that selects it."
              + " A change is in force at once. Existing allocations stay.")
  @interface Config {
    /** {@return the name that denials print} */
    @AttributeDefinition(description = "The name that denials print. Empty: the PID.")
    String name() default "";

    /** {@return the bundles that it selects} */
    @AttributeDefinition(
        description = "The symbolic names of the bundles that it selects; * matches any letters.")
    String[] bundles() default "*";

    /** {@return the purposes that it selects} */
    @AttributeDefinition(
        description = "The purposes that it selects: MODULES, BPF, FTRACE, KPROBES. Empty: all.")
    String[] consumers() default {};

    /** {@return the targets that it selects} */
    @AttributeDefinition(
        description = "The names of the targets that it selects; * matches any letters.")
    String[] targets() default "*";

    /** {@return whether anything is allowed} */
    @AttributeDefinition(description = "Whether the selected bundles may allocate at all.")
    boolean allow() default true;

    /** {@return the types of memory that are allowed} */
    @AttributeDefinition(
        description =
            "The memory types that are allowed: TEXT, DATA, RODATA, RO_AFTER_INIT, INIT_TEXT,"
                + " INIT_DATA, INIT_RODATA. Empty: all.")
    String[] types() default {};

    /** {@return the host memory modes that are allowed} */
    @AttributeDefinition(
        description =
            "The host memory modes that are allowed: hugetlb, shmem-thp, memfd-collapse, anon-thp,"
                + " memfd, mprotect. Empty: all.")
    String[] memoryModes() default {};

    /** {@return whether unchecked code is allowed} */
    @AttributeDefinition(
        description =
            "Whether code without checks of its memory accesses may run, where the configuration"
                + " org.jitalloc.bpf (allowUnchecked) allows it.")
    boolean unchecked() default true;

    /** {@return the most bytes} */
    @AttributeDefinition(
        description =
            "The most bytes that each selected bundle may hold on all selected targets. 0: no"
                + " limit.")
    long maxBytes() default 0;

    /** {@return the most allocations} */
    @AttributeDefinition(
        description =
            "The most allocations that each selected bundle may hold on all selected targets. 0: no"
                + " limit.")
    long maxAllocations() default 0;

    /** {@return whether the limits are for all selected bundles together} */
    @AttributeDefinition(description = "Whether the limits are for all selected bundles together.")
    boolean together() default false;
  }

  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  private final Rules rules;
  private final String pid;

  /** Made by the framework. */
  @Activate
  public ConfiguredRule(@Reference Rules rules, Map<String, Object> properties) {
    this.rules = rules;
    pid = String.valueOf(properties.get(Constants.SERVICE_PID));
    change(properties);
  }

  @Modified
  void change(Map<String, Object> properties) {
    try {
      rules.put(
          pid, RuleReader.read(pid, ConfigurationKeys.written(properties), HostOptions.modes()));
    } catch (IllegalArgumentException wrong) {
      String reason = String.valueOf(wrong.getMessage());
      LOG.log(Level.ERROR, "everything is denied until {0} is corrected: {1}", pid, reason);
      rules.deny(pid, reason);
    }
  }

  @Deactivate
  void remove() {
    rules.remove(pid);
  }
}
