package org.jitalloc.modules.objects;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.Purpose;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.Relocator;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.arch.trace.TraceableText;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.layout.MemoryLayout;
import org.jitalloc.modules.load.FunctionTables;
import org.jitalloc.modules.load.KeptSymbols;
import org.jitalloc.modules.load.LoadedText;
import org.jitalloc.modules.load.RelocationMessage;
import org.jitalloc.modules.load.Staging;
import org.jitalloc.modules.load.SymbolResolution;
import org.jitalloc.modules.load.SymbolScope;
import org.jitalloc.modules.symbols.SymbolTable;

/** One object of those that are loaded together. For one thread. */
final class Unit {
  private final ElfObject object;
  private final SlotPlan plan;
  private final MemoryLayout layout;
  private final Map<ModMemType, JitMemory> memories = new EnumMap<>(ModMemType.class);
  private final Staging staging;

  /** Gives an object memory and copies it there. */
  Unit(ElfObject object, ElfCodec codec, ModuleMemory memory) {
    this.object = object;
    plan = plan(object, codec);
    layout = new MemoryLayout(object, plan, false);
    for (ModMemType type : ModMemType.values()) {
      int bytes = layout.memoryBytes(type);
      if (bytes > 0) {
        long align = layout.memoryAlignBytes(type);
        var request = new AllocationRequest(type, Purpose.MODULES, bytes, align, null);
        memories.put(type, memory.allocate(request));
      }
    }
    staging = new Staging(object, layout, memories, 0);
    staging.copySections(new BitSet());
  }

  private static SlotPlan plan(ElfObject object, ElfCodec codec) {
    try {
      return codec.plan(object, ObjectUse.PROCESS_OBJECT, _ -> false);
    } catch (RelocationException failure) {
      throw new RelocationMessage(object).explain(failure);
    }
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
    Relocator relocator = plan.relocator(staging);
    try {
      for (int i = 0; i < object.relocationTableCount(); i++) {
        if (staging.isLoaded(object.relocatedSection(i))) {
          relocator.relocate(i);
        }
      }
    } catch (RelocationException failure) {
      throw new RelocationMessage(object).explain(failure);
    }
    relocator.finish();
    staging.write();
  }

  /** Its text, for tracers and probes. After it was formed. */
  List<TraceableText> texts(String owner) {
    SymbolTable symbols = new KeptSymbols(object, layout, false).copy(staging.symbolAddresses());
    return LoadedText.of(owner, List.copyOf(memories.values()), object, staging, () -> symbols);
  }

  /** The functions that tables of this name list, in the order of the file. */
  List<Long> functions(String tables) {
    return new FunctionTables(object, staging).functions(tables);
  }
}
