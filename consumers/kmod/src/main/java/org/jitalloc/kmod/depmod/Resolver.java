package org.jitalloc.kmod.depmod;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import org.jitalloc.modules.info.ModuleName;
import org.jitalloc.modules.info.SoftDependency;

/**
 * Resolves a request for a module or an alias to the modules to load, in the order of {@code
 * modprobe}: the dependencies of a module, each with its soft dependencies, then its soft
 * dependencies {@code pre}, then the module, then its soft dependencies {@code post}.
 */
public final class Resolver {
  private static final String SYMBOL = "symbol:";

  private final ModuleIndex index;

  /**
   * Creates a resolver.
   *
   * @param index the index of the modules
   */
  public Resolver(ModuleIndex index) {
    this.index = index;
  }

  /**
   * Resolves a request.
   *
   * @param request the name of a module, an alias, or {@code symbol:} and a symbol
   * @return the modules to load
   */
  public Resolution resolve(String request) {
    SequencedSet<String> found = named(request);
    if (found.isEmpty()) {
      boolean isBuiltIn =
          index.builtins().path(request).isPresent() || index.builtins().hasAlias(request);
      return isBuiltIn ? new Resolution.BuiltIn(request) : new Resolution.Unknown(request);
    }
    SequencedSet<String> order = new LinkedHashSet<>();
    Set<String> begun = new HashSet<>();
    addAll(found, order, begun);
    return new Resolution.Load(
        order.stream().flatMap(name -> index.module(name).stream()).toList());
  }

  /**
   * Finds the modules that a request names, without their dependencies.
   *
   * @param request as for {@link #resolve}
   * @return their names; an alias may have several, and is used only if no module has the name
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

  /** The steps that are left, on a stack instead of recursion of the depth of the input. */
  private sealed interface Step {
    /** Adds a module with its dependencies. */
    record WithNeeds(String name) implements Step {}

    /** Adds a module with its soft dependencies. */
    record WithSoft(String name) implements Step {}

    /** Adds a module. */
    record Alone(String name) implements Step {}
  }

  private void addAll(SequencedSet<String> found, SequencedSet<String> order, Set<String> begun) {
    Deque<Step> left = new ArrayDeque<>();
    found.forEach(name -> left.addLast(new Step.WithNeeds(name)));
    while (!left.isEmpty()) {
      switch (left.pop()) {
        case Step.WithNeeds(String name) -> pushAll(needs(name), left);
        case Step.WithSoft(String name) -> {
          if (begun.add(name)) {
            pushAll(soft(name), left);
          }
        }
        case Step.Alone(String name) -> order.add(name);
      }
    }
  }

  private static void pushAll(List<Step> steps, Deque<Step> left) {
    steps.reversed().forEach(left::push);
  }

  private List<Step> needs(String name) {
    List<Step> steps = new ArrayList<>();
    index.dependencies(name).forEach(need -> steps.add(new Step.WithSoft(need)));
    steps.add(new Step.WithSoft(name));
    return steps;
  }

  /** A soft dependency that is unknown does not prevent the load. */
  private List<Step> soft(String name) {
    List<SoftDependency> soft =
        index.module(name).map(file -> file.info().softDependencies()).orElse(List.of());
    List<Step> steps = new ArrayList<>();
    soft.forEach(one -> addSoft(one.before(), steps));
    steps.add(new Step.Alone(name));
    soft.forEach(one -> addSoft(one.after(), steps));
    return steps;
  }

  private void addSoft(List<String> names, List<Step> steps) {
    for (String name : names) {
      named(name).forEach(module -> steps.add(new Step.WithNeeds(module)));
    }
  }
}
