package org.jitalloc.core;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import org.jitalloc.core.host.HostOptions;
import org.jitalloc.core.policy.Limits;
import org.jitalloc.core.policy.Rule;
import org.jitalloc.core.policy.Selection;
import org.jitalloc.core.policy.Terms;
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
 * change puts the new rule in the place of the old one, so that there is no moment without; a
 * change that makes no sense is an error, and the old rule stays. Where there is no old one,
 * nothing is allowed to anybody until the configuration is mended or deleted.
 */
@Component(
    service = ConfiguredRule.class,
    immediate = true,
    configurationPid = "org.jitalloc.policy",
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredRule.Config.class, factory = true)
public final class ConfiguredRule {

  /** What makes up a rule. */
  @ObjectClassDefinition(
      name = "jitalloc policy rule",
      description =
          "Takes something away from those it selects; each rule that selects a request must allow"
              + " it. A change holds at once, and what lives stays.")
  @interface Config {
    /** {@return what the rule is called where it denies something} */
    @AttributeDefinition(
        description = "What the rule is called where it denies something. Empty: its PID.")
    String name() default "";

    /** {@return whose memory it is about} */
    @AttributeDefinition(
        description = "The symbolic names of the bundles it selects; * stands for any letters.")
    String[] bundles() default "*";

    /** {@return what the memory is for} */
    @AttributeDefinition(
        description = "What the memory is for: MODULES, BPF, FTRACE, KPROBES. Empty: anything.")
    String[] consumers() default {};

    /** {@return where the memory is} */
    @AttributeDefinition(
        description = "The names of the targets it is about; * stands for any letters.")
    String[] targets() default "*";

    /** {@return whether anything is allowed} */
    @AttributeDefinition(description = "Whether they may allocate at all.")
    boolean allow() default true;

    /** {@return the types of memory that are allowed} */
    @AttributeDefinition(
        description =
            "The types of memory they may have: TEXT, DATA, RODATA, RO_AFTER_INIT, INIT_TEXT,"
                + " INIT_DATA, INIT_RODATA. Empty: all.")
    String[] types() default {};

    /** {@return the ways to host memory that are allowed} */
    @AttributeDefinition(
        description =
            "The ways in which host memory may be had for them: hugetlb, shmem-thp, memfd-collapse,"
                + " anon-thp, memfd, mprotect. Empty: all.")
    String[] memoryModes() default {};

    /** {@return whether unchecked code is allowed} */
    @AttributeDefinition(
        description =
            "Whether they may run code whose accesses to memory are not checked, where that is"
                + " allowed otherwise (org.jitalloc.bpf, allowUnchecked).")
    boolean unchecked() default true;

    /** {@return the most bytes} */
    @AttributeDefinition(
        description =
            "The most bytes that each of them may hold, on all of these targets. 0: no limit.")
    long maxBytes() default 0;

    /** {@return the most allocations} */
    @AttributeDefinition(
        description =
            "The most allocations that each may hold, on all of these targets. 0: no limit.")
    long maxAllocations() default 0;

    /** {@return whether the limits are for all of them} */
    @AttributeDefinition(
        description = "Whether the limits are for all of them together rather than for each.")
    boolean together() default false;
  }

  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  private final Rules rules;
  private final String pid;

  /** Made by the framework. */
  @Activate
  public ConfiguredRule(@Reference Rules rules, Config config, Map<String, Object> properties) {
    this.rules = rules;
    pid = String.valueOf(properties.get(Constants.SERVICE_PID));
    rules.put(pid, ruleOrClosed(config));
  }

  /** A policy that is wanted and cannot be read must not be taken for none. */
  private Rule ruleOrClosed(Config config) {
    try {
      return rule(config);
    } catch (RuntimeException wrong) {
      LOG.log(
          Level.ERROR,
          "nothing is allowed until this rule can be read: {0}: {1}",
          pid,
          wrong.getMessage());
      return new Rule(
          "%s (cannot be read: %s)".formatted(pid, wrong.getMessage()),
          Selection.ALL,
          Terms.parse(false, List.of(), List.of(), List.of(), false),
          Limits.NONE);
    }
  }

  @Modified
  void change(Config config) {
    try {
      rules.put(pid, rule(config));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(pid + ": " + wrong.getMessage(), wrong);
    }
  }

  @Deactivate
  void remove() {
    rules.remove(pid);
  }

  private Rule rule(Config config) {
    return new Rule(
        config.name().isBlank() ? pid : config.name(),
        Selection.parse(
            List.of(config.bundles()), List.of(config.consumers()), List.of(config.targets())),
        Terms.parse(
            config.allow(),
            List.of(config.types()),
            List.of(config.memoryModes()),
            HostOptions.modes(),
            config.unchecked()),
        new Limits(config.maxBytes(), config.maxAllocations(), config.together()));
  }
}
