package org.jitalloc.modules.access;

import java.util.Set;
import org.jitalloc.modules.info.ModInfo;
import org.jitalloc.modules.info.ModuleName;

/**
 * What a module may use of others.
 *
 * @param module its name
 * @param isGplCompatible whether its licence is
 * @param importedNamespaces which namespaces it says it uses
 */
public record SymbolAccess(String module, boolean isGplCompatible, Set<String> importedNamespaces) {
  private static final String MODULE_PREFIX = "module:";

  /** Whether a symbol may be used. */
  public sealed interface Answer {
    /**
     * It may.
     *
     * @param inheritsProprietary whether the module is proprietary from now on, as the one is that
     *     exports the symbol
     */
    record Allowed(boolean inheritsProprietary) implements Answer {}

    /**
     * It may not.
     *
     * @param message why, and what to do
     */
    record Refused(String message) implements Answer {}

    /**
     * It may not, as it is in a namespace that is not open to the module.
     *
     * @param message which, and what to do
     */
    record NotImported(String message) implements Answer {}
  }

  /**
   * An exported symbol.
   *
   * @param name its name
   * @param isGplOnly whether it is for GPL code only
   * @param namespace it is in; empty if it is in none
   * @param isOfProprietary whether it is exported by a proprietary module
   */
  public record Symbol(String name, boolean isGplOnly, String namespace, boolean isOfProprietary) {}

  /** Copies the set. */
  public SymbolAccess {
    importedNamespaces = Set.copyOf(importedNamespaces);
  }

  /**
   * What a module may use, by what it says of itself.
   *
   * @param module its name
   * @param info what it says
   * @return its access
   * @throws IllegalArgumentException if it imports a namespace that is given to modules by name:
   *     such a namespace is not for those that ask for it
   */
  public static SymbolAccess of(String module, ModInfo info) {
    Set<String> imported = Set.copyOf(info.all("import_ns"));
    for (String namespace : imported) {
      if (namespace.startsWith(MODULE_PREFIX)) {
        throw new IllegalArgumentException(
            "%s imports namespace %s, which is given to modules by name and cannot be imported"
                .formatted(module, namespace));
      }
    }
    boolean isCompatible = Licence.judge(info.first("license"), module).isGplCompatible();
    return new SymbolAccess(module, isCompatible, imported);
  }

  /**
   * Asks whether a symbol may be used.
   *
   * @param symbol exported by the kernel or a module
   * @param inheritedBefore whether a symbol of a proprietary module is used already
   * @param usedGplBefore whether a symbol for GPL code only is used already
   * @return the answer
   */
  public Answer ask(Symbol symbol, boolean inheritedBefore, boolean usedGplBefore) {
    if (symbol.isGplOnly() && (!isGplCompatible || inheritedBefore)) {
      return new Answer.Refused(
          "%s uses %s, which is for GPL code only, and %s"
              .formatted(
                  module,
                  symbol.name(),
                  isGplCompatible
                      ? "is proprietary by what else it uses"
                      : "its licence is not compatible with the GPL"));
    }
    if (symbol.isOfProprietary() && usedGplBefore) {
      return new Answer.Refused(
          "%s uses %s of a proprietary module together with symbols for GPL code only"
              .formatted(module, symbol.name()));
    }
    if (!mayUse(symbol.namespace())) {
      return new Answer.NotImported(
          "%s uses %s from namespace %s, %s"
              .formatted(
                  module,
                  symbol.name(),
                  symbol.namespace(),
                  symbol.namespace().startsWith(MODULE_PREFIX)
                      ? "which is not for it"
                      : "but does not import it (import_ns)"));
    }
    return new Answer.Allowed(symbol.isOfProprietary());
  }

  private boolean mayUse(String namespace) {
    if (namespace.isEmpty()) {
      return true;
    }
    if (!namespace.startsWith(MODULE_PREFIX)) {
      return importedNamespaces.contains(namespace);
    }
    for (String pattern : namespace.substring(MODULE_PREFIX.length()).split(",")) {
      if (fits(ModuleName.of(pattern), ModuleName.of(module))) {
        return true;
      }
    }
    return false;
  }

  private static boolean fits(String pattern, String name) {
    return pattern.endsWith("*")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }
}
