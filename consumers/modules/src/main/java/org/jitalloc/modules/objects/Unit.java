package org.jitalloc.modules.objects;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jitalloc.ModuleMemory;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.layout.MemoryLayout;
import org.jitalloc.modules.load.FunctionTables;
import org.jitalloc.modules.load.KeptSymbols;
import org.jitalloc.modules.load.LoadedText;
import org.jitalloc.modules.load.Relocations;
import org.jitalloc.modules.load.Staging;
import org.jitalloc.modules.load.SymbolResolution;
import org.jitalloc.modules.load.SymbolScope;
import org.jitalloc.modules.objects.MemberSelection.Input;
import org.jitalloc.modules.symbols.SymbolTable;
import org.jitalloc.text.TraceableText;

/** One object of those that are loaded together. For one thread. */
final class Unit {
  private final String name;
  private final ElfObject object;
  private final SlotPlan plan;
  private final MemoryLayout layout;
  private final Staging staging;

  /** Sections that another object has already, of groups of which one is enough. */
  private final BitSet superfluous = new BitSet();

  /**
   * Gives an object memory and copies it there.
   *
   * @param groups the signatures of groups that objects before it have; those of this are added
   */
  Unit(Input input, ElfCodec codec, ModuleMemory memory, Set<String> groups) {
    name = input.name();
    object = input.object();
    try {
      object
          .comdatGroups()
          .forEach(
              (signature, sections) -> {
                if (!groups.add(signature)) {
                  superfluous.or(sections);
                }
              });
      plan = Relocations.plan(object, codec, ObjectUse.PROCESS_OBJECT, _ -> false);
      layout = new MemoryLayout(object, plan, false);
    } catch (ModuleException failure) {
      throw Named.with(name, failure);
    }
    staging = Staging.allocate(object, layout, memory);
    staging.copySections(new BitSet());
  }

  ElfObject object() {
    return object;
  }

  /** What people call it: {@code libx.a(y.o)}. */
  String name() {
    return name;
  }

  /** Whether it defines a symbol: in a section that is loaded, or as a number. */
  boolean defines(int symbol) {
    int section = object.symbolSection(symbol);
    return section == Elf.SHN_ABS
        || section != Elf.SHN_UNDEF && section < object.sectionCount() && staging.isLoaded(section);
  }

  /** Whether a definition gives way to one of an object before. */
  boolean givesWay(int symbol) {
    int section = object.symbolSection(symbol);
    return object.symbolBinding(symbol) != Elf.STB_GLOBAL
        || section < object.sectionCount() && superfluous.get(section);
  }

  /** The address of a symbol that it defines. */
  long address(int symbol) {
    if (object.symbolSection(symbol) == Elf.SHN_ABS) {
      return object.symbolValue(symbol);
    }
    return staging.address(object.symbolSection(symbol)) + object.symbolValue(symbol);
  }

  /** An address that is its own. */
  long anyAddress() {
    return staging.anyAddress();
  }

  /** Binds and relocates it, and writes it to its memories. */
  void form(SymbolScope scope) {
    try {
      new SymbolResolution(object, scope, false).resolve(staging);
      new Relocations(object, plan, staging).apply();
    } catch (ModuleException failure) {
      throw Named.with(name, failure);
    }
    staging.write();
  }

  /** Its text, for tracers and probes. After it was formed. */
  List<TraceableText> texts(String owner) {
    SymbolTable symbols = new KeptSymbols(object, layout, false).copy(staging.symbolAddresses());
    return LoadedText.of(owner, staging.memories(), object, staging, () -> symbols);
  }

  /** Where a section is and how long. */
  record Place(long address, long bytes) {}

  /** The sections of a name that are loaded. */
  List<Place> sections(String wanted) {
    var places = new ArrayList<Place>();
    for (int i = 1; i < object.sectionCount(); i++) {
      if (object.sectionName(i).equals(wanted) && staging.isLoaded(i) && !superfluous.get(i)) {
        places.add(new Place(staging.address(i), object.sectionBytes(i)));
      }
    }
    return places;
  }

  /**
   * The functions that tables of this name list, by the names of the sections and in the order of
   * the file.
   */
  SequencedMap<String, List<Long>> tables(String tables) {
    var found = new LinkedHashMap<String, List<Long>>();
    var all = new FunctionTables(object, staging);
    for (int i = 1; i < object.sectionCount(); i++) {
      if (all.isNamed(i, tables) && !superfluous.get(i)) {
        found
            .computeIfAbsent(object.sectionName(i), _ -> new ArrayList<>())
            .addAll(all.functions(i));
      }
    }
    return found;
  }
}
