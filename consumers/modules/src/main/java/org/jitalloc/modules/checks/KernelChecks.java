package org.jitalloc.modules.checks;

import java.util.List;
import java.util.TreeSet;
import org.jitalloc.modules.KernelRules;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.access.Licence;
import org.jitalloc.modules.info.ModInfo;
import org.jitalloc.modules.info.Vermagic;
import org.jitalloc.modules.load.Candidate;
import org.jitalloc.modules.load.EarlyCheck;
import org.jitalloc.modules.signature.SignaturePolicy;
import org.jitalloc.modules.signature.SignatureVerifier;
import org.jitalloc.modules.taint.Taint;
import org.jitalloc.modules.taint.Taints;

/** Signature first, as nothing else can be believed without it; then what the module says. */
public final class KernelChecks implements EarlyCheck {
  private static final List<String> VERSION_TABLES = List.of("__versions", "__version_ext_crcs");

  private final KernelRules rules;
  private final SignatureVerifier verifier;

  /**
   * Makes the checks.
   *
   * @param rules what is demanded
   */
  public KernelChecks(KernelRules rules) {
    this.rules = rules;
    this.verifier = new SignatureVerifier(rules.trusted());
  }

  @Override
  public Taints check(Candidate candidate) {
    Taints taints = signature(candidate);
    if (!candidate.kernelModule()) {
      return taints;
    }
    checkLicence(candidate);
    if (candidate.forced() && !rules.mayForce()) {
      throw new ModuleException(
          Reason.WRONG_VERSION,
          "%s may not be loaded by force, as the rules do not allow it"
              .formatted(candidate.name()));
    }
    if (rules.vermagic().isEmpty()) {
      return taints;
    }
    if (candidate.forced()) {
      return taints.with(Taint.FORCED_LOAD);
    }
    checkVermagic(candidate, candidate.info(), rules.vermagic().get());
    return taints;
  }

  private void checkLicence(Candidate candidate) {
    String licence = Licence.judge(candidate.info().first("license"), candidate.name()).tag();
    if (!rules.licences().isEmpty() && !rules.licences().contains(licence)) {
      throw new ModuleException(
          Reason.LICENCE,
          "%s has the licence '%s', and the rules allow only %s"
              .formatted(candidate.name(), licence, new TreeSet<>(rules.licences())));
    }
  }

  private Taints signature(Candidate candidate) {
    if (rules.signatures() == SignaturePolicy.IGNORE) {
      return Taints.NONE;
    }
    return switch (rules.signatures().decide(verifier.verify(candidate.file()))) {
      case SignaturePolicy.Decision.Accept(Taints taints) -> taints;
      case SignaturePolicy.Decision.Refuse(String why) ->
          throw new ModuleException(Reason.SIGNATURE, "%s: %s".formatted(candidate.name(), why));
    };
  }

  private static void checkVermagic(Candidate candidate, ModInfo info, String kernel) {
    String module =
        info.first("vermagic")
            .orElseThrow(
                () ->
                    new ModuleException(
                        Reason.WRONG_VERSION,
                        "%s does not say for which kernel it is (vermagic); this one is '%s'"
                            .formatted(candidate.name(), kernel)));
    boolean hasVersions =
        VERSION_TABLES.stream().anyMatch(table -> candidate.object().findSection(table) >= 0);
    if (!Vermagic.fits(module, kernel, hasVersions)) {
      throw new ModuleException(
          Reason.WRONG_VERSION,
          "%s is for '%s', and the kernel is '%s'".formatted(candidate.name(), module, kernel));
    }
  }
}
