package org.jitalloc.modules.checks;

import java.nio.ByteBuffer;
import java.util.List;
import org.jitalloc.modules.KernelRules;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.access.SymbolAccess;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.info.ModInfo;
import org.jitalloc.modules.info.Vermagic;
import org.jitalloc.modules.load.Candidate;
import org.jitalloc.modules.load.EarlyCheck;
import org.jitalloc.modules.signature.SignaturePolicy;
import org.jitalloc.modules.signature.SignatureVerifier;

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
  public void check(Candidate candidate) {
    if (rules.signatures() != SignaturePolicy.IGNORE) {
      checkSignature(candidate);
    }
    ModInfo info = info(candidate);
    rules.vermagic().ifPresent(kernel -> checkVermagic(candidate, info, kernel));
  }

  private void checkSignature(Candidate candidate) {
    var decision = rules.signatures().decide(verifier.verify(candidate.file()));
    if (decision instanceof SignaturePolicy.Decision.Refuse(String why)) {
      throw new ModuleException(Reason.SIGNATURE, "%s: %s".formatted(candidate.name(), why));
    }
  }

  private static ModInfo info(Candidate candidate) {
    ElfObject object = candidate.object();
    int section = object.findSection(".modinfo");
    boolean isThere = section >= 0 && object.sectionType(section) != Elf.SHT_NOBITS;
    try {
      ModInfo info =
          ModInfo.parse(isThere ? object.sectionContent(section) : ByteBuffer.allocate(0));
      // Refuses what must not be imported.
      SymbolAccess.of(candidate.name(), info);
      return info;
    } catch (IllegalArgumentException damaged) {
      throw new ModuleException(
          Reason.MALFORMED, "%s: %s".formatted(candidate.name(), damaged.getMessage()), damaged);
    }
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
