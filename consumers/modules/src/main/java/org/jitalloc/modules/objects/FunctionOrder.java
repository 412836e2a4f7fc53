package org.jitalloc.modules.objects;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The functions that run when objects come and go, in the order of GNU ld: by priority, and of the
 * same priority in the order of the objects. Tables of old ({@code .ctors}, {@code .dtors}) are run
 * from their ends.
 */
final class FunctionOrder {
  /** Of tables without a number: after all that have one. */
  private static final int LAST = 65536;

  private static final int HIGHEST = 65535;

  private record Table(int priority, List<Long> functions) {}

  private FunctionOrder() {}

  /** What runs first, in order. */
  static List<Long> constructors(List<Unit> units) {
    var functions = new ArrayList<Long>();
    units.forEach(unit -> unit.tables(".preinit_array").values().forEach(functions::addAll));
    functions.addAll(sorted(units, ".init_array", ".ctors"));
    return functions;
  }

  /** What runs at the end, in order. */
  static List<Long> destructors(List<Unit> units) {
    return sorted(units, ".fini_array", ".dtors").reversed();
  }

  private static List<Long> sorted(List<Unit> units, String name, String oldName) {
    var tables = new ArrayList<Table>();
    for (Unit unit : units) {
      unit.tables(name)
          .forEach((section, list) -> tables.add(new Table(number(section, name, LAST), list)));
      unit.tables(oldName)
          .forEach(
              (section, list) ->
                  tables.add(new Table(oldPriority(section, oldName), list.reversed())));
    }
    tables.sort(Comparator.comparingInt(Table::priority));
    return tables.stream().flatMap(table -> table.functions().stream()).toList();
  }

  private static int oldPriority(String section, String name) {
    int number = number(section, name, -1);
    return number < 0 ? LAST : HIGHEST - number;
  }

  private static int number(String section, String name, int none) {
    try {
      return section.length() <= name.length() + 1
          ? none
          : Integer.parseInt(section.substring(name.length() + 1));
    } catch (NumberFormatException _) {
      return none;
    }
  }
}
