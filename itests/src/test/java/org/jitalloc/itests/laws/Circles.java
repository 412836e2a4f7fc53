package org.jitalloc.itests.laws;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Circles in the dependencies of classes: strongly connected components, by Tarjan's algorithm. */
final class Circles {
  private final Map<String, Set<String>> edges;
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<String, Integer> low = new HashMap<>();
  private final Deque<String> stack = new ArrayDeque<>();
  private final Set<String> onStack = new HashSet<>();
  private final List<Set<String>> found = new ArrayList<>();

  private Circles(Map<String, Set<String>> edges) {
    this.edges = edges;
  }

  /** {@return the circles of packages} */
  static List<Set<String>> ofPackages(JavaClasses classes) {
    return of(classes, JavaClass::getPackageName);
  }

  /** {@return the circles of top-level classes; nested classes belong to their top-level class} */
  static List<Set<String>> ofClasses(JavaClasses classes) {
    return of(classes, Circles::topLevel);
  }

  private static String topLevel(JavaClass type) {
    JavaClass outer = type.getBaseComponentType();
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer.getName();
  }

  private static List<Set<String>> of(JavaClasses classes, Function<JavaClass, String> node) {
    var edges = new TreeMap<String, Set<String>>();
    for (JavaClass type : classes) {
      if (type.getSimpleName().equals("package-info")) {
        continue; // Its Javadoc and annotations are no dependencies of the code.
      }
      Set<String> targets = edges.computeIfAbsent(node.apply(type), _ -> new TreeSet<>());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (classes.contain(target.getName())) {
          targets.add(node.apply(target));
        }
      }
    }
    var circles = new Circles(edges);
    for (String from : edges.keySet()) {
      if (!circles.index.containsKey(from)) {
        circles.visit(from);
      }
    }
    return circles.found;
  }

  private void visit(String from) {
    index.put(from, index.size());
    low.put(from, index.get(from));
    stack.push(from);
    onStack.add(from);
    for (String to : edges.getOrDefault(from, Set.of())) {
      if (!index.containsKey(to)) {
        visit(to);
        low.merge(from, low.get(to), Math::min);
      } else if (onStack.contains(to)) {
        low.merge(from, index.get(to), Math::min);
      }
    }
    if (low.get(from).equals(index.get(from))) {
      var circle = new TreeSet<String>();
      String member;
      do {
        member = stack.pop();
        onStack.remove(member);
        circle.add(member);
      } while (!member.equals(from));
      if (circle.size() > 1) {
        found.add(circle);
      }
    }
  }
}
