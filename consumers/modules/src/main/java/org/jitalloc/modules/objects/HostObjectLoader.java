package org.jitalloc.modules.objects;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModuleMemory;
import org.jitalloc.SymbolResolver;
import org.jitalloc.Target;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.modules.LoadedObjects;
import org.jitalloc.modules.ObjectLoader;
import org.jitalloc.modules.ObjectOptions;
import org.jitalloc.modules.file.FileContent;
import org.jitalloc.modules.info.ModuleName;
import org.jitalloc.modules.load.AllocationFailure;
import org.jitalloc.modules.load.HostCode;
import org.jitalloc.modules.load.TextRegistrations;
import org.jitalloc.modules.objects.MemberSelection.Input;
import org.jitalloc.support.TextPublisher;
import org.jitalloc.text.TraceableText;
import org.jspecify.annotations.Nullable;

/** Loads objects into this process. */
public final class HostObjectLoader implements ObjectLoader {
  private final JitAllocator allocator;
  private final ElfCodec codec;
  private final Collection<SymbolResolver> resolvers;
  private final TextPublisher texts;

  /**
   * Makes a loader.
   *
   * @param allocator gives memory, of the host
   * @param codec relocates objects of its architecture
   * @param resolvers are asked for what objects do not define, in this order; may change
   * @param texts where the text of objects is handed in
   */
  public HostObjectLoader(
      JitAllocator allocator,
      ElfCodec codec,
      Collection<SymbolResolver> resolvers,
      TextPublisher texts) {
    this.allocator = allocator;
    this.codec = codec;
    this.resolvers = resolvers;
    this.texts = texts;
  }

  @Override
  public Target target() {
    return allocator.target();
  }

  @Override
  public LoadedObjects load(List<Path> files, ObjectOptions options) {
    try {
      var selection = new MemberSelection(codec, options.roots(), options.whole());
      for (Path file : files) {
        selection.add(file, FileContent.read(file).bytes());
      }
      return load(selection, owner(files));
    } catch (JitAllocException refused) {
      throw AllocationFailure.of(files, refused);
    }
  }

  /** Objects that are loaded together have the name of the first. */
  private static String owner(List<Path> files) {
    return files.isEmpty() ? "" : ModuleName.ofFile(String.valueOf(files.getFirst().getFileName()));
  }

  private LoadedObjects load(MemberSelection selection, String owner) {
    ModuleMemory memory = allocator.newModuleMemory();
    var far = new FarCode(allocator, codec);
    var groups = new HashSet<String>();
    var exits = new ExitFunctions(allocator);
    var forks = new ForkFunctions(allocator, far, this::library);
    @Nullable IndirectFunctions indirect = null;
    var handed = new TextRegistrations(List.of());
    try {
      var units = new ArrayList<Unit>();
      for (Input input : selection.inputs()) {
        units.add(new Unit(input, codec, memory, groups));
      }
      indirect = new IndirectFunctions(units, far, this::library);
      var commons = new Commons();
      units.forEach(unit -> commons.add(unit.object()));
      long handle =
          units.stream().mapToLong(Unit::anyAddress).filter(any -> any != 0).findFirst().orElse(0);
      forks.handle(handle);
      Map<String, Long> provided = new HashMap<>();
      provided.put("__cxa_atexit", exits.address());
      provided.put("atexit", exits.plainAddress());
      provided.put("pthread_atfork", forks.address());
      provided.put("__dso_handle", handle);
      library("__stack_chk_fail")
          .ifPresent(address -> provided.put("__stack_chk_fail_local", address));
      var definitions = new Definitions(units, indirect, provided, List.copyOf(resolvers));
      definitions.place(commons, memory);
      units.forEach(unit -> unit.form(definitions));
      handed = hand(units, owner);
      memory.publish();
      handed.areLive();
      definitions.fill(far);
      indirect.bind(new HostCode(memory));
      var group =
          new ObjectGroup(
              definitions,
              memory,
              indirect,
              far,
              handed,
              exits,
              forks,
              FunctionOrder.destructors(units));
      new HostCode(memory).run(FunctionOrder.constructors(units));
      memory.initDone();
      return group;
    } catch (RuntimeException | Error failure) {
      handed.close();
      takeBack(forks, failure);
      if (indirect != null) {
        indirect.close();
      }
      memory.close();
      exits.close();
      forks.close();
      throw failure;
    }
  }

  private static void takeBack(ForkFunctions forks, Throwable failure) {
    try {
      forks.takeBack();
    } catch (RuntimeException | Error second) {
      failure.addSuppressed(second);
    }
  }

  private OptionalLong library(String name) {
    return resolvers.stream()
        .map(resolver -> resolver.find(name))
        .filter(OptionalLong::isPresent)
        .findFirst()
        .orElse(OptionalLong.empty());
  }

  private TextRegistrations hand(List<Unit> units, String owner) {
    var all = new ArrayList<TraceableText>();
    units.forEach(unit -> all.addAll(unit.texts(owner)));
    return TextRegistrations.hand(texts, all, allocator.target());
  }
}
