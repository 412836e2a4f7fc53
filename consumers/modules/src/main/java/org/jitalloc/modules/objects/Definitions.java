package org.jitalloc.modules.objects;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jitalloc.ModuleMemory;
import org.jitalloc.SymbolResolver;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.load.SymbolScope;

/**
 * The global symbols of objects that are loaded together, and behind them the resolvers. Of two
 * definitions the one that is not weak counts; of two weak ones, the first. What C++ defines in
 * each object, of which all must use one (STB_GNU_UNIQUE), counts as weak.
 */
final class Definitions implements SymbolScope {
  private static final int STB_LOCAL = 0;

  private record Definition(long address, boolean weak) {}

  private final Map<String, Definition> definitions = new HashMap<>();
  private final Map<String, Long> provided;
  private final Collection<SymbolResolver> resolvers;

  /**
   * Collects definitions.
   *
   * @param provided what the loader defines for all
   * @throws ModuleException ALREADY_EXPORTED if two objects define the same symbol
   */
  Definitions(List<Unit> units, Map<String, Long> provided, Collection<SymbolResolver> resolvers) {
    this.provided = provided;
    this.resolvers = resolvers;
    for (Unit unit : units) {
      for (int i = 1; i < unit.object().symbolCount(); i++) {
        int section = unit.object().symbolSection(i);
        boolean here = section != Elf.SHN_UNDEF && section < unit.object().sectionCount();
        if (here && unit.object().symbolBinding(i) != STB_LOCAL) {
          boolean weak = unit.object().symbolBinding(i) != Elf.STB_GLOBAL;
          define(unit.object().symbolName(i), new Definition(unit.address(i), weak));
        }
      }
    }
  }

  private void define(String name, Definition found) {
    Definition known = definitions.get(name);
    if (known == null || known.weak() && !found.weak()) {
      definitions.put(name, found);
    } else if (!known.weak() && !found.weak()) {
      throw new ModuleException(Reason.ALREADY_EXPORTED, "%s is defined twice".formatted(name));
    }
  }

  /** Defines the common symbols that nothing else defines. */
  void place(Commons commons, ModuleMemory memory) {
    definitions.keySet().forEach(commons::defined);
    commons
        .place(memory)
        .forEach((name, address) -> definitions.put(name, new Definition(address, false)));
  }

  Set<String> names() {
    return Set.copyOf(definitions.keySet());
  }

  OptionalLong find(String name) {
    Definition found = definitions.get(name);
    return found == null ? OptionalLong.empty() : OptionalLong.of(found.address());
  }

  @Override
  public OptionalLong common(String name) {
    return find(name);
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public long weakDefinition(String name, long own) {
    return find(name).orElse(own);
  }

  @Override
  public long find(String name, boolean weak) {
    OptionalLong found = find(name);
    if (found.isPresent()) {
      return found.getAsLong();
    }
    Long own = provided.get(name);
    if (own != null) {
      return own;
    }
    for (SymbolResolver resolver : resolvers) {
      OptionalLong known = resolver.find(name);
      if (known.isPresent()) {
        return known.getAsLong();
      }
    }
    if (weak) {
      return 0;
    }
    throw new ModuleException(
        Reason.UNKNOWN_SYMBOL,
        "%s is defined by none of the objects and known to none of %d resolvers"
            .formatted(name, resolvers.size()));
  }
}
