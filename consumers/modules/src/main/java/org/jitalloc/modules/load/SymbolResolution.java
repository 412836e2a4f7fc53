package org.jitalloc.modules.load;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;

/**
 * Gives each symbol of an object its address: the kernel's {@code simplify_symbols}. What is not
 * defined in the object is looked for in a scope.
 */
public final class SymbolResolution {
  /** What objects call the table of addresses; codecs know where it is. */
  private static final String GOT = "_GLOBAL_OFFSET_TABLE_";

  private final ElfObject object;
  private final SymbolScope scope;
  private final boolean isNoted;
  private final long[] addresses;
  private final BitSet absent = new BitSet();
  private final Map<String, Long> undefined = new HashMap<>();

  /**
   * Prepares.
   *
   * @param object the object
   * @param scope knows what others define
   * @param isNoted whether {@link #undefinedSymbols} is wanted
   */
  public SymbolResolution(ElfObject object, SymbolScope scope, boolean isNoted) {
    this.object = object;
    this.scope = scope;
    this.isNoted = isNoted;
    addresses = new long[object.symbolCount()];
  }

  /**
   * Resolves all symbols.
   *
   * @param staging where the object's sections are; is told of the addresses
   * @throws ModuleException UNKNOWN_SYMBOL, MALFORMED or UNSUPPORTED
   */
  public void resolve(Staging staging) {
    int sections = object.sectionCount();
    var sectionAddresses = new long[sections];
    for (int i = 1; i < sections; i++) {
      sectionAddresses[i] = staging.address(i);
    }
    BitSet shared = sharedSections();
    for (int i = 1; i < addresses.length; i++) {
      if (!object.hasValidName(i)) {
        object.symbolName(i);
      }
      refuseThreadLocal(i);
      int section = object.symbolSection(i);
      if (section == Elf.SHN_UNDEF) {
        addresses[i] = undefined(i);
      } else if (section < Elf.SHN_LORESERVE) {
        requireSection(i, section);
        if (staging.isLoaded(section)) {
          long own = sectionAddresses[section] + object.symbolValue(i);
          addresses[i] = defined(i, own, shared.get(section));
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
      case Elf.SHN_COMMON -> {
        String name = object.symbolName(symbol);
        addresses[symbol] = scope.common(name).orElseThrow(() -> common(name));
      }
      default ->
          throw new ModuleException(
              Reason.UNSUPPORTED,
              "symbol %d (%s) is in section 0x%x, which means nothing here"
                  .formatted(symbol, object.symbolName(symbol), section & 0xffff));
    }
  }

  private static ModuleException common(String name) {
    return new ModuleException(
        Reason.UNSUPPORTED, "%s is a common symbol: compile with -fno-common".formatted(name));
  }

  /** A variable of which each thread has its own would need a place in what the C library has. */
  private void refuseThreadLocal(int symbol) {
    if (object.symbolType(symbol) == Elf.STT_TLS) {
      throw new ModuleException(
          Reason.UNSUPPORTED,
          "%s is a variable of threads (__thread, thread_local), for which there is no place"
              .formatted(object.symbolName(symbol)));
    }
  }

  /** The sections that several objects may have and of which one object's count. */
  private BitSet sharedSections() {
    var shared = new BitSet();
    if (scope.isShared()) {
      object.comdatGroups().values().forEach(shared::or);
    }
    return shared;
  }

  private long defined(int symbol, long own, boolean isInGroup) {
    int binding = object.symbolBinding(symbol);
    if (object.symbolType(symbol) == Elf.STT_GNU_IFUNC && scope.isShared()) {
      return scope.chosenFunction(own);
    }
    boolean maySurrender =
        binding == Elf.STB_WEAK
            || binding == Elf.STB_GNU_UNIQUE
            || isInGroup && binding != Elf.STB_LOCAL;
    return maySurrender && scope.isShared()
        ? scope.weakDefinition(object.symbolName(symbol), own)
        : own;
  }

  private long undefined(int symbol) {
    String name = object.symbolName(symbol);
    if (name.isEmpty() || name.equals(GOT)) {
      return 0;
    }
    long address = scope.find(name, object.symbolBinding(symbol) == Elf.STB_WEAK);
    if (isNoted) {
      undefined.put(name, address);
    }
    return address;
  }

  /** {@return the addresses that undefined symbols were given, if that is wanted} */
  public Map<String, Long> undefinedSymbols() {
    return undefined;
  }
}
