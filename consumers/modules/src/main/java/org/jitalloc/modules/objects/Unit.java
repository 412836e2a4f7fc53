package org.jitalloc.modules.objects;

import java.util.BitSet;
import java.util.List;
import org.jitalloc.ModuleMemory;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.layout.MemoryLayout;
import org.jitalloc.modules.load.FunctionTables;
import org.jitalloc.modules.load.KeptSymbols;
import org.jitalloc.modules.load.LoadedText;
import org.jitalloc.modules.load.Relocations;
import org.jitalloc.modules.load.Staging;
import org.jitalloc.modules.load.SymbolResolution;
import org.jitalloc.modules.load.SymbolScope;
import org.jitalloc.modules.symbols.SymbolTable;
import org.jitalloc.text.TraceableText;

/** One object of those that are loaded together. For one thread. */
final class Unit {
  private final ElfObject object;
  private final SlotPlan plan;
  private final MemoryLayout layout;
  private final Staging staging;

  /** Gives an object memory and copies it there. */
  Unit(ElfObject object, ElfCodec codec, ModuleMemory memory) {
    this.object = object;
    plan = Relocations.plan(object, codec, ObjectUse.PROCESS_OBJECT, _ -> false);
    layout = new MemoryLayout(object, plan, false);
    staging = Staging.allocate(object, layout, memory);
    staging.copySections(new BitSet());
  }

  ElfObject object() {
    return object;
  }

  /** The address of a symbol that it defines. */
  long address(int symbol) {
    return staging.address(object.symbolSection(symbol)) + object.symbolValue(symbol);
  }

  /** An address that is its own. */
  long anyAddress() {
    return staging.anyAddress();
  }

  /** Binds and relocates it, and writes it to its memories. */
  void form(SymbolScope scope) {
    new SymbolResolution(object, scope, false).resolve(staging);
    new Relocations(object, plan, staging).apply();
    staging.write();
  }

  /** Its text, for tracers and probes. After it was formed. */
  List<TraceableText> texts(String owner) {
    SymbolTable symbols = new KeptSymbols(object, layout, false).copy(staging.symbolAddresses());
    return LoadedText.of(owner, staging.memories(), object, staging, () -> symbols);
  }

  /** The functions that tables of this name list, in the order of the file. */
  List<Long> functions(String tables) {
    return new FunctionTables(object, staging).functions(tables);
  }
}
