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
 * Which modules each needs, by the symbols it uses. Modules that need each other can never be
 * loaded, and neither can those that need them.
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
   * Puts all modules in an order in which each comes before what it needs. Of the many there are,
   * it is the one that depmod takes, so that files can be compared.
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

  /** {@return the modules whose symbols one uses, by name} */
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

  /** {@return all that has to be loaded before a module, in the order to do it} */
  SequencedSet<String> all(String name) {
    Comparator<String> byPlace =
        Comparator.comparing(need -> places.getOrDefault(need, Integer.MAX_VALUE));
    return reachable(name).stream()
        .sorted(byPlace.reversed())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Without recursion: a hostile folder has chains of any length. */
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

  /** {@return modules that need each other, each list a way from one to itself} */
  List<List<String>> cycles() {
    return List.copyOf(cycles);
  }

  Map<String, String> owners() {
    return Collections.unmodifiableMap(owners);
  }

  /** One module on the way of a search in depth, and its needs that were not visited. */
  private record Step(String name, Iterator<String> needs) {}

  /** Searches in depth, without recursion: a need that is on the way closes a cycle. */
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
