package org.jitalloc.kmod.depmod;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The dependencies between modules, by the symbols that they use. Modules in a cycle cannot be
 * loaded, nor can modules that depend on one.
 */
final class Dependencies {
  private final Map<String, ModuleFile> modules;
  private final Map<String, String> owners = new HashMap<>();
  private final Map<String, SequencedSet<String>> direct = new HashMap<>();
  private final List<List<String>> cycles = new ArrayList<>();
  private final Map<String, Integer> places;

  Dependencies(Map<String, ModuleFile> modules) {
    this.modules = modules;
    modules
        .values()
        .forEach(file -> file.exports().forEach(s -> owners.putIfAbsent(s, file.name())));
    modules.keySet().forEach(name -> direct.put(name, findDirect(name)));
    findCycles();
    places = places();
  }

  /**
   * Sorts all modules topologically, each before its dependencies. It is the order that depmod of
   * kmod uses, so that the index files can be compared.
   */
  private Map<String, Integer> places() {
    Map<String, Integer> users = new HashMap<>();
    modules
        .keySet()
        .forEach(name -> direct(name).forEach(need -> users.merge(need, 1, Integer::sum)));
    Deque<String> unused = new ArrayDeque<>();
    modules.keySet().stream().filter(name -> !users.containsKey(name)).forEach(unused::push);
    Map<String, Integer> order = new HashMap<>();
    while (!unused.isEmpty()) {
      String name = unused.pop();
      order.put(name, order.size());
      for (String need : direct(name)) {
        if (users.merge(need, -1, Integer::sum) == 0) {
          unused.push(need);
        }
      }
    }
    return order;
  }

  /** {@return the names of the modules whose symbols a module uses} */
  SequencedSet<String> direct(String name) {
    return direct.getOrDefault(name, new LinkedHashSet<>());
  }

  private SequencedSet<String> findDirect(String name) {
    SequencedSet<String> found = new LinkedHashSet<>();
    ModuleFile file = modules.get(name);
    if (file != null) {
      for (String symbol : file.imports()) {
        String owner = owners.get(symbol);
        if (owner != null && !owner.equals(name)) {
          found.add(owner);
        }
      }
    }
    return found;
  }

  /** {@return all modules that are loaded before a module, in this order} */
  SequencedSet<String> all(String name) {
    Comparator<String> byPlace =
        Comparator.comparing(need -> places.getOrDefault(need, Integer.MAX_VALUE));
    return reachable(name).stream()
        .sorted(byPlace.reversed())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** A depth-first search without recursion: a hostile folder has chains of any length. */
  private Set<String> reachable(String name) {
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(direct(name));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (!next.equals(name) && found.add(next)) {
        open.addAll(direct(next));
      }
    }
    return found;
  }

  /**
   * {@return the cycles: in each list, a module depends on the next one, the last one on the first}
   */
  List<List<String>> cycles() {
    return List.copyOf(cycles);
  }

  Map<String, String> owners() {
    return Collections.unmodifiableMap(owners);
  }

  /** A module on the path of a depth-first search, and its dependencies that were not visited. */
  private record Step(String name, Iterator<String> needs) {}

  /** A depth-first search without recursion: a dependency that is on the path closes a cycle. */
  private void findCycles() {
    Set<String> done = new HashSet<>();
    for (String start : modules.keySet()) {
      Deque<Step> way = new ArrayDeque<>();
      SequencedSet<String> names = new LinkedHashSet<>();
      enter(start, way, names, done);
      while (!way.isEmpty()) {
        Step step = way.getLast();
        if (!step.needs().hasNext()) {
          done.add(step.name());
          names.remove(step.name());
          way.removeLast();
        } else {
          enter(step.needs().next(), way, names, done);
        }
      }
    }
  }

  private void enter(String name, Deque<Step> way, SequencedSet<String> names, Set<String> done) {
    if (names.contains(name)) {
      cycles.add(names.stream().dropWhile(other -> !other.equals(name)).toList());
    } else if (!done.contains(name)) {
      names.add(name);
      way.addLast(new Step(name, direct(name).iterator()));
    }
  }
}
