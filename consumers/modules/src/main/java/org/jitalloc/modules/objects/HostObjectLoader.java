package org.jitalloc.modules.objects;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModuleMemory;
import org.jitalloc.SymbolResolver;
import org.jitalloc.Target;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.modules.LoadedObjects;
import org.jitalloc.modules.ObjectLoader;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.file.FileContent;
import org.jitalloc.modules.load.AllocationFailure;
import org.jitalloc.modules.load.HostCode;

/** Loads objects into this process. */
public final class HostObjectLoader implements ObjectLoader {
  private final JitAllocator allocator;
  private final ElfCodec codec;
  private final Collection<SymbolResolver> resolvers;

  /**
   * Makes a loader.
   *
   * @param allocator gives memory, of the host
   * @param codec relocates objects of its architecture
   * @param resolvers are asked for what objects do not define, in this order; may change
   */
  public HostObjectLoader(
      JitAllocator allocator, ElfCodec codec, Collection<SymbolResolver> resolvers) {
    this.allocator = allocator;
    this.codec = codec;
    this.resolvers = resolvers;
  }

  @Override
  public Target target() {
    return allocator.target();
  }

  @Override
  public LoadedObjects load(List<Path> files) {
    try {
      var selection = new Selection(codec);
      for (Path file : files) {
        selection.add(FileContent.read(file).bytes());
      }
      return load(selection);
    } catch (JitAllocException refused) {
      throw AllocationFailure.of(files, refused);
    }
  }

  private LoadedObjects load(Selection selection) {
    ModuleMemory memory = allocator.newModuleMemory();
    var exits = new ExitFunctions(allocator);
    try {
      var units = new ArrayList<Unit>();
      for (ElfObject object : selection.objects()) {
        units.add(new Unit(object, codec, memory));
      }
      var commons = new Commons();
      units.forEach(unit -> commons.add(unit.object()));
      Map<String, Long> provided =
          Map.of(
              "__cxa_atexit",
              exits.address(),
              "__dso_handle",
              units.isEmpty() ? 0L : units.getFirst().anyAddress());
      var definitions = new Definitions(units, provided, List.copyOf(resolvers));
      definitions.place(commons, memory);
      units.forEach(unit -> unit.form(definitions));
      return start(units, definitions, memory, exits);
    } catch (RuntimeException | Error failure) {
      memory.close();
      exits.close();
      throw failure;
    }
  }

  private static LoadedObjects start(
      List<Unit> units, Definitions definitions, ModuleMemory memory, ExitFunctions exits) {
    var constructors = new ArrayList<Long>();
    var destructors = new ArrayList<Long>();
    for (Unit unit : units) {
      constructors.addAll(unit.functions(".init_array"));
      destructors.addAll(unit.functions(".fini_array"));
    }
    memory.publish();
    var group = new ObjectGroup(definitions, memory, exits, destructors.reversed());
    new HostCode(memory).run(constructors);
    memory.initDone();
    return group;
  }
}
