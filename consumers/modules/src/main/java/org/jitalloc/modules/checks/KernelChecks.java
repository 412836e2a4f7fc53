package org.jitalloc.modules.checks;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeSet;
import org.jitalloc.modules.KernelRules;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.access.Licence;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.info.ModInfo;
import org.jitalloc.modules.info.Vermagic;
import org.jitalloc.modules.load.EarlyCheck;
import org.jitalloc.modules.load.LoadInfo;
import org.jitalloc.modules.load.ThisModule;
import org.jitalloc.modules.signature.SignaturePolicy;
import org.jitalloc.modules.signature.SignatureVerdict;
import org.jitalloc.modules.signature.SignatureVerifier;
import org.jitalloc.modules.taint.Taint;
import org.jitalloc.modules.taint.Taints;

/** Checks the signature before the file is parsed, and vermagic and licence afterwards. */
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
  public Taints checkFile(ByteBuffer file, String fileName, boolean forced) {
    if (rules.signatures() == SignaturePolicy.IGNORE) {
      return Taints.NONE;
    }
    SignatureVerdict verdict = forced ? new SignatureVerdict.Unsigned() : verifier.verify(file);
    return switch (rules.signatures().decide(verdict)) {
      case SignaturePolicy.Decision.Accept(Taints taints) -> taints;
      case SignaturePolicy.Decision.Refuse(String why) ->
          throw new ModuleException(
              Reason.SIGNATURE,
              "%s: %s%s"
                  .formatted(
                      fileName,
                      why,
                      forced ? " (a load by force counts as that of an unsigned module)" : ""));
    };
  }

  @Override
  public Taints check(LoadInfo candidate) {
    if (!candidate.kernelModule()) {
      requireNothingOfKernels(candidate);
      return Taints.NONE;
    }
    Taints taints = Taints.NONE;
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

  /** A plain object has no vermagic and no licence, so it cannot meet rules about them. */
  private void requireNothingOfKernels(LoadInfo candidate) {
    if (rules.vermagic().isPresent() || !rules.licences().isEmpty()) {
      throw new ModuleException(
          Reason.DENIED,
          "%s has no section %s: it is no kernel module, and the rules demand a vermagic or a licence"
              .formatted(candidate.name(), ThisModule.SECTION));
    }
  }

  private void checkLicence(LoadInfo candidate) {
    String licence = Licence.judge(candidate.info().first("license"), candidate.name()).tag();
    if (!rules.licences().isEmpty() && !rules.licences().contains(licence)) {
      throw new ModuleException(
          Reason.LICENCE,
          "%s has the licence '%s', and the rules allow only %s"
              .formatted(candidate.name(), licence, new TreeSet<>(rules.licences())));
    }
  }

  private static void checkVermagic(LoadInfo candidate, ModInfo info, String kernel) {
    String module =
        info.first("vermagic")
            .orElseThrow(
                () ->
                    new ModuleException(
                        Reason.WRONG_VERSION,
                        "%s does not say for which kernel it is (vermagic); this one is '%s'"
                            .formatted(candidate.name(), kernel)));
    boolean hasVersions = Vermagic.hasVersions(kernel) && hasVersions(candidate.object());
    if (!Vermagic.fits(module, kernel, hasVersions)) {
      throw new ModuleException(
          Reason.WRONG_VERSION,
          "%s is for '%s', and the kernel is '%s'".formatted(candidate.name(), module, kernel));
    }
  }

  /** Whether there is an entry at least: an empty table tells no version. */
  private static boolean hasVersions(ElfObject object) {
    return VERSION_TABLES.stream()
        .anyMatch(table -> object.sectionContent(table).map(ByteBuffer::limit).orElse(0) > 0);
  }
}
