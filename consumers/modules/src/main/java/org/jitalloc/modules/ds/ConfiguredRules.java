package org.jitalloc.modules.ds;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jitalloc.modules.KernelRules;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.checks.KernelChecks;
import org.jitalloc.modules.load.EarlyCheck;
import org.jitalloc.modules.signature.SignaturePolicy;
import org.jitalloc.support.ConfigurationKeys;
import org.jitalloc.support.GlobPattern;
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
import org.osgi.service.metatype.annotations.Option;

/**
 * The rules for modules, for each configuration of the factory PID {@code
 * org.jitalloc.modules.rules}. With an unknown key nothing is loaded into any target until the
 * configuration is corrected or deleted. A change with a wrong value is an error, and the earlier
 * rules stay in force. If there are no earlier ones, nothing is loaded into the targets of the
 * configuration.
 */
@Component(
    service = ConfiguredRules.class,
    immediate = true,
    configurationPid = "org.jitalloc.modules.rules",
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredRules.Config.class, factory = true)
public final class ConfiguredRules {

  /** What makes up the rules. */
  @ObjectClassDefinition(
      name = "jitalloc rules for modules",
      description =
          "What is demanded of modules before they get memory. Where several are about a target,"
              + " all are asked. A change holds for loads that begin after it; what is loaded"
              + " stays.")
  @interface Config {
    /** {@return which targets it is about} */
    @AttributeDefinition(
        description = "The names of the targets it is about; * stands for any letters.")
    String targets() default "*";

    /** {@return the kernel's vermagic} */
    @AttributeDefinition(
        description =
            "The version string of the kernel (vermagic), such as '6.1.0-50-amd64 SMP preempt"
                + " mod_unload modversions '. Empty: modules for any kernel.")
    String vermagic() default "";

    /** {@return what to do by signatures} */
    @AttributeDefinition(
        description =
            "What to do about modules by their signatures: refuse those that no trusted key"
                + " signed, taint by them, or ignore signatures. A wrong one is refused but by the"
                + " last.",
        options = {@Option(value = "REFUSE"), @Option(value = "TAINT"), @Option(value = "IGNORE")})
    String signatures() default "IGNORE";

    /** {@return the certificates of trusted signers} */
    @AttributeDefinition(
        description = "Files with the X.509 certificates of trusted signers, as PEM or DER.")
    String[] certificates() default {};

    /** {@return the licences modules may have} */
    @AttributeDefinition(
        description =
            "The licences that modules may have, as these write them: GPL, Dual MIT/GPL …;"
                + " 'unspecified' is that of modules without. Empty: any.")
    String[] licences() default {};

    /** {@return whether force is allowed} */
    @AttributeDefinition(
        description =
            "Whether modules may be loaded by force, without a look at the versions they are for.")
    boolean mayForce() default false;
  }

  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  private final TargetRules book;
  private final String pid;

  /** Made by the framework. */
  @Activate
  public ConfiguredRules(
      @Reference TargetRules book, Config config, Map<String, Object> properties) {
    this.book = book;
    pid = String.valueOf(properties.get(Constants.SERVICE_PID));
    book.put(pid, unknownKey(properties).orElseGet(() -> readOrDenied(config)));
  }

  /** What an administrator demands and mistypes must not be taken for nothing. */
  private static Optional<TargetRules.Rule> unknownKey(Map<String, Object> properties) {
    // For all targets: the key that selects targets may be the wrong one.
    return ConfigurationKeys.unknown(properties, Config.class).map(reason -> denied("*", reason));
  }

  private TargetRules.Rule readOrDenied(Config config) {
    try {
      return rule(config);
    } catch (RuntimeException wrong) {
      return denied(config.targets(), String.valueOf(wrong.getMessage()));
    }
  }

  private static TargetRules.Rule denied(String targets, String reason) {
    String why = "rules that cannot be read: " + reason;
    LOG.log(Level.ERROR, "nothing is loaded into {0}: {1}", targets, why);
    EarlyCheck denied =
        info -> {
          throw new ModuleException(Reason.DENIED, "%s: %s".formatted(info.name(), why));
        };
    return new TargetRules.Rule(new GlobPattern(targets), denied);
  }

  @Modified
  void change(Config config, Map<String, Object> properties) {
    book.put(pid, unknownKey(properties).orElseGet(() -> rule(config)));
  }

  @Deactivate
  void remove() {
    book.remove(pid);
  }

  private TargetRules.Rule rule(Config config) {
    try {
      var rules =
          new KernelRules(
              config.vermagic().isEmpty() ? Optional.empty() : Optional.of(config.vermagic()),
              policy(config.signatures()),
              certificates(config.certificates()),
              Set.copyOf(List.of(config.licences())),
              config.mayForce());
      return new TargetRules.Rule(new GlobPattern(config.targets()), new KernelChecks(rules));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(pid + ": " + wrong.getMessage(), wrong);
    }
  }

  private static SignaturePolicy policy(String word) {
    return Arrays.stream(SignaturePolicy.values())
        .filter(policy -> policy.name().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "signatures: there are %s, but no '%s'"
                        .formatted(Arrays.toString(SignaturePolicy.values()), word)));
  }

  private static List<X509Certificate> certificates(String[] files) {
    var found = new ArrayList<X509Certificate>();
    for (String file : files) {
      try (InputStream bytes = Files.newInputStream(Path.of(file))) {
        for (var one : CertificateFactory.getInstance("X.509").generateCertificates(bytes)) {
          found.add((X509Certificate) one);
        }
      } catch (IOException | CertificateException wrong) {
        throw new IllegalArgumentException(
            "certificates: cannot read %s: %s".formatted(file, wrong.getMessage()), wrong);
      }
    }
    return found;
  }
}
