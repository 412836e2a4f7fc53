package org.jitalloc.kmod.depmod;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jitalloc.modules.info.ModuleName;

/** The modules of a folder with their dependencies and aliases. Immutable. */
public final class ModuleIndex {
  private final SequencedMap<String, ModuleFile> modules = new LinkedHashMap<>();
  private final Dependencies dependencies;
  private final Aliases aliases = new Aliases();
  private final Builtins builtins;

  private final List<SkippedFile> skipped;

  ModuleIndex(List<ModuleFile> files, Builtins builtins, List<SkippedFile> skipped) {
    this.builtins = builtins;
    this.skipped = skipped;
    files.forEach(file -> modules.putIfAbsent(file.name(), file));
    dependencies = new Dependencies(modules);
    modules
        .values()
        .forEach(file -> file.info().all("alias").forEach(a -> aliases.add(a, file.name())));
  }

  /**
   * Returns the modules.
   *
   * @return the modules, in the order in which those of an alias are loaded
   */
  public List<ModuleFile> modules() {
    return List.copyOf(modules.values());
  }

  /** {@return the files with names of modules that were skipped, with the reasons} */
  public List<SkippedFile> skipped() {
    return skipped;
  }

  /**
   * Finds a module.
   *
   * @param name its name, with {@code -} or {@code _}
   * @return the module; empty if there is none
   */
  public Optional<ModuleFile> module(String name) {
    return Optional.ofNullable(modules.get(ModuleName.of(name)));
  }

  /**
   * Returns the dependencies of a module, also the indirect ones.
   *
   * @param name the name of the module
   * @return their names, in the order in which they are loaded
   */
  public List<String> dependencies(String name) {
    return List.copyOf(dependencies.all(ModuleName.of(name)));
  }

  /**
   * Returns the cycles of dependencies.
   *
   * @return lists of names; each module depends on the next one, the last one on the first
   */
  public List<List<String>> cycles() {
    return dependencies.cycles();
  }

  /**
   * Returns the modules that export symbols.
   *
   * @return the name of the module by symbol
   */
  public Map<String, String> symbolOwners() {
    return dependencies.owners();
  }

  /**
   * Returns the modules whose alias patterns match an alias.
   *
   * @param alias the alias, such as {@code pci:v00008086d0000100E…}
   * @return their names, in the order of {@link #modules}
   */
  public SequencedSet<String> byAlias(String alias) {
    return aliases.find(alias);
  }

  /**
   * Finds the module that exports a symbol.
   *
   * @param symbol the name of the symbol
   * @return the module; {@link Origin.Unknown} if no module exports the symbol
   */
  public Origin originOfSymbol(String symbol) {
    String owner = symbolOwners().get(symbol);
    return owner == null ? new Origin.Unknown() : origin(owner);
  }

  /**
   * Finds a module, or the part of the kernel that could be a module of the name.
   *
   * @param name the name of a module, its file, or its object file
   * @return where it is
   */
  public Origin origin(String name) {
    String module = ModuleName.ofFile(name);
    ModuleFile file = modules.get(module);
    if (file != null) {
      return new Origin.InModule(module, file.path());
    }
    return builtins.path(module).<Origin>map(Origin.BuiltIn::new).orElseGet(Origin.Unknown::new);
  }

  Builtins builtins() {
    return builtins;
  }
}
