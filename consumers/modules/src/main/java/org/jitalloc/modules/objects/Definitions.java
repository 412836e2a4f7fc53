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
  private static final String START = "__start_";
  private static final String STOP = "__stop_";

  private record Definition(long address, boolean weak, String owner) {}

  private final List<Unit> units;
  private final IndirectFunctions indirect;
  private final Copies copies = new Copies();

  private final Map<String, Definition> definitions = new HashMap<>();
  private final Map<String, Long> provided;
  private final Collection<SymbolResolver> resolvers;

  /**
   * Collects definitions.
   *
   * @param provided what the loader defines for all
   * @throws ModuleException ALREADY_EXPORTED if two objects define the same symbol
   */
  Definitions(
      List<Unit> units,
      IndirectFunctions indirect,
      Map<String, Long> provided,
      Collection<SymbolResolver> resolvers) {
    this.units = units;
    this.indirect = indirect;
    this.provided = provided;
    this.resolvers = resolvers;
    for (Unit unit : units) {
      for (int i = 1; i < unit.object().symbolCount(); i++) {
        if (unit.object().symbolBinding(i) != Elf.STB_LOCAL && unit.defines(i)) {
          define(
              VersionedName.plain(unit.object().symbolName(i)),
              new Definition(address(unit, i), unit.givesWay(i), unit.name()));
        }
      }
    }
  }

  private long address(Unit unit, int symbol) {
    long own = unit.address(symbol);
    return unit.object().symbolType(symbol) == Elf.STT_GNU_IFUNC ? chosenFunction(own) : own;
  }

  private void define(String name, Definition found) {
    Definition known = definitions.get(name);
    if (known == null || known.weak() && !found.weak()) {
      definitions.put(name, found);
    } else if (!known.weak() && !found.weak()) {
      throw new ModuleException(
          Reason.ALREADY_EXPORTED,
          "%s is defined twice: by %s and by %s".formatted(name, known.owner(), found.owner()));
    }
  }

  /** Defines the common symbols that nothing else defines. */
  void place(Commons commons, ModuleMemory memory) {
    definitions.keySet().forEach(commons::defined);
    commons
        .place(memory)
        .forEach((name, address) -> definitions.put(name, new Definition(address, false, "")));
    copies.place(units, memory, this::library);
  }

  /** Fills what was copied, once the memory is published. */
  void fill(FarCode far) {
    copies.fill(far, this::library);
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
  public long chosenFunction(long resolver) {
    return indirect.branch(resolver).orElse(resolver);
  }

  @Override
  public long find(String name, boolean weak) {
    OptionalLong found = anywhere(VersionedName.plain(name));
    if (found.isEmpty()) {
      found = anywhere(VersionedName.base(name));
    }
    if (found.isEmpty()) {
      found = borderOfSections(name);
    }
    if (found.isPresent()) {
      return found.getAsLong();
    }
    if (weak) {
      return 0;
    }
    throw new ModuleException(
        Reason.UNKNOWN_SYMBOL,
        "%s is defined by none of the objects and known to none of %d resolvers"
            .formatted(name, resolvers.size()));
  }

  private OptionalLong anywhere(String name) {
    OptionalLong found = find(name).isPresent() ? find(name) : copies.find(name);
    if (found.isPresent()) {
      return found;
    }
    Long own = provided.get(name);
    return own == null ? library(name) : OptionalLong.of(own);
  }

  /** What resolvers know. */
  OptionalLong library(String name) {
    for (SymbolResolver resolver : resolvers) {
      OptionalLong known = resolver.find(name);
      if (known.isPresent()) {
        return known;
      }
    }
    return OptionalLong.empty();
  }

  /** The beginning or the end of the sections of a name; linkers define both. */
  private OptionalLong borderOfSections(String name) {
    boolean isStart = name.startsWith(START);
    if (!isStart && !name.startsWith(STOP)) {
      return OptionalLong.empty();
    }
    String section = name.substring(isStart ? START.length() : STOP.length());
    List<Unit.Place> places =
        units.stream().flatMap(unit -> unit.sections(section).stream()).toList();
    if (places.size() > 1) {
      throw new ModuleException(
          Reason.UNSUPPORTED,
          "%s: %d sections %s are not joined; link the objects with ld -r"
              .formatted(name, places.size(), section));
    }
    return places.stream()
        .mapToLong(place -> isStart ? place.address() : place.address() + place.bytes())
        .findFirst();
  }
}
