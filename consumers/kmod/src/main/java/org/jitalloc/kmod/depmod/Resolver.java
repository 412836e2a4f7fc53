package org.jitalloc.kmod.depmod;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jitalloc.modules.info.ModuleName;
import org.jitalloc.modules.info.SoftDependency;

/**
 * Finds out what to load when somebody asks for a module or an alias, and in which order, as {@code
 * modprobe} does: first of all what a module works better with, then what it cannot be without,
 * each of these in the same way, then the module, then what it works better with after it.
 */
public final class Resolver {
  private static final String SYMBOL = "symbol:";

  private final ModuleIndex index;

  /**
   * Makes a resolver.
   *
   * @param index of the modules there are
   */
  public Resolver(ModuleIndex index) {
    this.index = index;
  }

  /**
   * Resolves a request.
   *
   * @param request a module's name, an alias, or {@code symbol:} and a symbol
   * @return what to load
   */
  public Resolution resolve(String request) {
    SequencedSet<String> found = named(request);
    if (found.isEmpty()) {
      boolean isBuiltIn =
          index.builtins().path(request).isPresent() || index.builtins().hasAlias(request);
      return isBuiltIn ? new Resolution.BuiltIn(request) : new Resolution.Unknown(request);
    }
    SequencedSet<String> order = new LinkedHashSet<>();
    SequencedSet<String> begun = new LinkedHashSet<>();
    found.forEach(name -> addWithNeeds(name, order, begun));
    return new Resolution.Load(
        order.stream().flatMap(name -> index.module(name).stream()).toList());
  }

  /**
   * Finds out which modules a request names, without what these need.
   *
   * @param request as {@link #resolve} takes it
   * @return their names; a name of a module comes before an alias, which may be that of several
   */
  public SequencedSet<String> named(String request) {
    SequencedSet<String> found = new LinkedHashSet<>();
    String name = ModuleName.of(request);
    if (index.module(name).isPresent()) {
      found.add(name);
    } else if (request.startsWith(SYMBOL)) {
      String owner = index.symbolOwners().get(request.substring(SYMBOL.length()));
      if (owner != null) {
        found.add(owner);
      }
    } else {
      found.addAll(index.byAlias(request));
    }
    return found;
  }

  private void addWithNeeds(String name, SequencedSet<String> order, SequencedSet<String> begun) {
    index.dependencies(name).forEach(need -> addWithSoft(need, order, begun));
    addWithSoft(name, order, begun);
  }

  private void addWithSoft(String name, SequencedSet<String> order, SequencedSet<String> begun) {
    if (!begun.add(name)) {
      return;
    }
    List<SoftDependency> soft =
        index.module(name).map(file -> file.info().softDependencies()).orElse(List.of());
    soft.forEach(one -> one.before().forEach(wish -> addWish(wish, order, begun)));
    order.add(name);
    soft.forEach(one -> one.after().forEach(wish -> addWish(wish, order, begun)));
  }

  /** What nobody knows is no reason not to load the module. */
  private void addWish(String wish, SequencedSet<String> order, SequencedSet<String> begun) {
    named(wish).forEach(name -> addWithNeeds(name, order, begun));
  }
}
