package org.jitalloc.modules.load;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.jitalloc.modules.Export;
import org.jitalloc.modules.KernelExports;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.access.SymbolAccess;
import org.jitalloc.modules.access.SymbolAccess.Answer;
import org.jitalloc.modules.access.SymbolAccess.Symbol;
import org.jitalloc.modules.access.SymbolVersions;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.taint.Taint;
import org.jitalloc.modules.taint.Taints;
import org.jspecify.annotations.Nullable;

/**
 * Whether a kernel module may use the symbols it finds, and what it becomes by that: whoever uses a
 * proprietary module is proprietary, too. Plain objects may use all. For one load.
 */
final class ImportRules {
  /** The symbol whose version is that of {@code struct module} and its like. */
  private static final String LAYOUT = "module_layout";

  private final LoadInfo candidate;
  private final SymbolAccess access;

  /** Read when first asked for, as a kernel may not tell versions. */
  private @Nullable SymbolVersions versions;

  private boolean areVersionsRead;
  private boolean usedGplOnly;
  private Optional<String> warning = Optional.empty();
  private Taints taints = Taints.NONE;

  ImportRules(LoadInfo candidate) {
    this.candidate = candidate;
    try {
      access = SymbolAccess.of(candidate.name(), candidate.info());
    } catch (IllegalArgumentException refused) {
      throw new ModuleException(Reason.DENIED, String.valueOf(refused.getMessage()), refused);
    }
  }

  private @Nullable SymbolVersions versions() {
    if (!areVersionsRead) {
      try {
        versions = versions(candidate.object());
      } catch (IllegalArgumentException damaged) {
        throw new ModuleException(
            Reason.MALFORMED, "%s: %s".formatted(candidate.name(), damaged.getMessage()), damaged);
      }
      areVersionsRead = true;
    }
    return versions;
  }

  private static @Nullable SymbolVersions versions(ElfObject object) {
    Optional<ByteBuffer> checksums = object.sectionContent("__version_ext_crcs");
    Optional<ByteBuffer> names = object.sectionContent("__version_ext_names");
    if (checksums.isPresent() && names.isPresent()) {
      return SymbolVersions.parseExtended(checksums.get(), names.get(), object.byteOrder());
    }
    return object
        .sectionContent("__versions")
        .map(table -> SymbolVersions.parse(table, object.byteOrder()))
        .orElse(null);
  }

  /**
   * Checks what the module and the kernel share before any symbol: the form of modules.
   *
   * @throws ModuleException WRONG_VERSION
   */
  void checkLayout(KernelExports kernel) {
    if (candidate.kernelModule()) {
      kernel.find(LAYOUT).ifPresent(entry -> checkVersion(LAYOUT, OptionalLong.of(entry.crc())));
    }
  }

  /**
   * The module uses a symbol of the kernel.
   *
   * @throws ModuleException LICENCE, NAMESPACE or WRONG_VERSION if it may not
   */
  void use(String name, KernelExports.Entry entry) {
    if (candidate.kernelModule()) {
      checkAccess(new Symbol(name, entry.isGplOnly(), entry.namespace(), false));
      checkVersion(name, OptionalLong.of(entry.crc()));
    }
  }

  /**
   * The module uses a symbol of another module.
   *
   * @throws ModuleException LICENCE, NAMESPACE or WRONG_VERSION if it may not
   */
  void use(Export export, Taints ofExporter) {
    if (candidate.kernelModule()) {
      boolean ofProprietary = ofExporter.has(Taint.PROPRIETARY);
      checkAccess(new Symbol(export.name(), export.gplOnly(), export.namespace(), ofProprietary));
      checkVersion(export.name(), export.crc());
    }
  }

  private void checkAccess(Symbol symbol) {
    switch (access.ask(symbol, taints.has(Taint.PROPRIETARY), usedGplOnly)) {
      case Answer.Allowed(boolean inherits) -> {
        usedGplOnly |= symbol.isGplOnly();
        if (inherits) {
          taints = taints.with(Taint.PROPRIETARY);
        }
      }
      case Answer.Refused(String message) -> throw new ModuleException(Reason.LICENCE, message);
      case Answer.NotImported(String message) ->
          throw new ModuleException(Reason.NAMESPACE, message);
    }
  }

  private void checkVersion(String symbol, OptionalLong exported) {
    if (exported.isEmpty()) {
      return;
    }
    if (candidate.forced()) {
      taints = taints.with(Taint.FORCED_LOAD);
      return;
    }
    SymbolVersions expected = versions();
    if (expected == null) {
      throw new ModuleException(
          Reason.WRONG_VERSION,
          "%s does not say which version of %s it is for; it can only be loaded by force"
              .formatted(candidate.name(), symbol));
    }
    SymbolVersions.Match match = expected.compare(symbol, exported);
    if (match == SymbolVersions.Match.NOT_EXPECTED && warning.isEmpty()) {
      warning =
          Optional.of("no symbol version for %s; others may lack theirs, too".formatted(symbol));
    }
    if (match == SymbolVersions.Match.DIFFERENT) {
      throw new ModuleException(
          Reason.WRONG_VERSION,
          "%s disagrees about version of symbol %s: it expects 0x%08x, and 0x%08x is there"
              .formatted(
                  candidate.name(),
                  symbol,
                  expected.expected(symbol).orElse(0L),
                  exported.getAsLong()));
    }
  }

  /** {@return the first symbol that it says no version of, though it does of others} */
  Optional<String> warning() {
    return warning;
  }

  /** {@return what the module became by what it uses} */
  Taints taints() {
    return taints;
  }
}
