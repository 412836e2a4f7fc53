package org.jitalloc.kmod.depmod;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/**
 * Which modules each needs, by the symbols it uses. Modules that need each other can never be
 * loaded, and neither can those that need them.
 */
final class Dependencies {
  private final Map<String, ModuleFile> modules;
  private final Map<String, String> owners = new HashMap<>();
  private final Map<String, SequencedSet<String>> closures = new HashMap<>();
  private final List<List<String>> cycles = new ArrayList<>();
  private final Map<String, Integer> places;

  Dependencies(Map<String, ModuleFile> modules) {
    this.modules = modules;
    modules
        .values()
        .forEach(file -> file.exports().forEach(s -> owners.putIfAbsent(s, file.name())));
    modules.keySet().forEach(name -> close(name, new ArrayList<>()));
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
    SequencedSet<String> direct = new LinkedHashSet<>();
    ModuleFile file = modules.get(name);
    if (file != null) {
      for (String symbol : file.imports()) {
        String owner = owners.get(symbol);
        if (owner != null && !owner.equals(name)) {
          direct.add(owner);
        }
      }
    }
    return direct;
  }

  /** {@return all that has to be loaded before a module, in the order to do it} */
  SequencedSet<String> all(String name) {
    Comparator<String> byPlace =
        Comparator.comparing(need -> places.getOrDefault(need, Integer.MAX_VALUE));
    return closures.getOrDefault(name, new LinkedHashSet<>()).stream()
        .sorted(byPlace.reversed())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** {@return modules that need each other, each list a way from one to itself} */
  List<List<String>> cycles() {
    return List.copyOf(cycles);
  }

  Map<String, String> owners() {
    return Collections.unmodifiableMap(owners);
  }

  /** As deep as modules need modules, which is a dozen. */
  private SequencedSet<String> close(String name, List<String> way) {
    SequencedSet<String> known = closures.get(name);
    if (known != null) {
      return known;
    }
    int before = way.indexOf(name);
    if (before >= 0) {
      cycles.add(List.copyOf(way.subList(before, way.size())));
      return new LinkedHashSet<>();
    }
    way.add(name);
    SequencedSet<String> all = new LinkedHashSet<>();
    for (String need : direct(name)) {
      all.addAll(close(need, way));
      all.add(need);
    }
    all.remove(name);
    way.removeLast();
    closures.put(name, all);
    return all;
  }
}
