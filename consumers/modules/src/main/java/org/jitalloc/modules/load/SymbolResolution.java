package org.jitalloc.modules.load;

import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jitalloc.modules.Export;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;

/**
 * Gives each symbol of an object its address: the kernel's {@code simplify_symbols}. What is not
 * defined in the object is looked for in the kernel, then in the modules that are loaded.
 */
final class SymbolResolution {
  /** What objects call the table of addresses; codecs know where it is. */
  private static final String GOT = "_GLOBAL_OFFSET_TABLE_";

  private final ElfObject object;
  private final LoadOptions options;
  private final Registry registry;

  /** Where symbols are said to be that may be missing. */
  private final long nowhere;

  private final long[] addresses;
  private final BitSet absent = new BitSet();
  private final Map<String, Long> undefined = new HashMap<>();
  private final Set<RegisteredModule> providers = new LinkedHashSet<>();

  SymbolResolution(ElfObject object, LoadOptions options, Registry registry, long nowhere) {
    this.object = object;
    this.options = options;
    this.registry = registry;
    this.nowhere = options.kernel().lowestAddress().orElse(nowhere);
    addresses = new long[object.symbolCount()];
  }

  /**
   * Resolves all symbols. The caller holds the registry's lock.
   *
   * @throws ModuleException UNKNOWN_SYMBOL, MALFORMED or UNSUPPORTED
   */
  void resolve(Staging staging) {
    int sections = object.sectionCount();
    long[] sectionAddresses = new long[sections];
    for (int i = 1; i < sections; i++) {
      sectionAddresses[i] = staging.address(i);
    }
    for (int i = 1; i < addresses.length; i++) {
      if (!object.hasValidName(i)) {
        object.symbolName(i);
      }
      int section = object.symbolSection(i);
      if (section == Elf.SHN_UNDEF) {
        addresses[i] = undefined(i);
      } else if (section < Elf.SHN_LORESERVE) {
        requireSection(i, section);
        if (staging.isLoaded(section) && object.symbolType(i) != Elf.STT_TLS) {
          addresses[i] = sectionAddresses[section] + object.symbolValue(i);
        } else {
          absent.set(i);
        }
      } else {
        special(i, section);
      }
    }
    staging.symbols(addresses, absent);
  }

  private void requireSection(int symbol, int section) {
    if (section >= object.sectionCount()) {
      throw new ModuleException(
          Reason.MALFORMED,
          "symbol %d (%s) is in section %d of %d"
              .formatted(symbol, object.symbolName(symbol), section, object.sectionCount()));
    }
  }

  private void special(int symbol, int section) {
    switch (section) {
      case Elf.SHN_ABS -> addresses[symbol] = object.symbolValue(symbol);
      case Elf.SHN_LIVEPATCH -> absent.set(symbol);
      case Elf.SHN_COMMON ->
          throw new ModuleException(
              Reason.UNSUPPORTED,
              "%s is a common symbol: compile with -fno-common"
                  .formatted(object.symbolName(symbol)));
      default ->
          throw new ModuleException(
              Reason.UNSUPPORTED,
              "symbol %d (%s) is in section 0x%x, which means nothing here"
                  .formatted(symbol, object.symbolName(symbol), section));
    }
  }

  private long undefined(int symbol) {
    String name = object.symbolName(symbol);
    if (name.isEmpty() || name.equals(GOT)) {
      return 0;
    }
    long address = find(symbol, name);
    undefined.put(name, address);
    return address;
  }

  private long find(int symbol, String name) {
    OptionalLong known = options.kernel().find(name);
    if (known.isPresent()) {
      return known.getAsLong();
    }
    Export export = registry.export(name);
    if (export != null) {
      providers.add(registry.provider(export));
      return export.address();
    }
    if (object.symbolBinding(symbol) == Elf.STB_WEAK) {
      return 0;
    }
    if (options.allowMissing()) {
      return nowhere;
    }
    throw new ModuleException(
        Reason.UNKNOWN_SYMBOL,
        "%s is defined neither in the kernel (%d symbols) nor in a loaded module"
            .formatted(name, options.kernel().count()));
  }

  /** {@return the addresses that undefined symbols were given} */
  Map<String, Long> undefinedSymbols() {
    return undefined;
  }

  /** {@return the modules that it uses} */
  Set<RegisteredModule> providers() {
    return providers;
  }
}
