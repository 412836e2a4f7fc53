package org.jitalloc.modules.load;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;

/**
 * The functions of a module that are called when it comes and goes.
 *
 * @param constructors run first, in this order
 * @param init {@code int init_module(void)}
 * @param exit {@code void cleanup_module(void)}
 */
record EntryPoints(List<Long> constructors, OptionalLong init, OptionalLong exit) {
  /** Of a module whose code does not run. */
  static final EntryPoints NONE =
      new EntryPoints(List.of(), OptionalLong.empty(), OptionalLong.empty());

  /** What the macros of kernel modules call the functions, whatever their own names are. */
  static final String INIT = "init_module";

  static final String EXIT = "cleanup_module";

  /** Finds them, after relocation. */
  static EntryPoints of(ElfObject object, Staging staging) {
    var tables = new FunctionTables(object, staging);
    List<Long> constructors = new ArrayList<>(tables.functions(".ctors"));
    constructors.addAll(tables.functions(".init_array"));
    return new EntryPoints(
        constructors, symbol(object, staging, INIT), symbol(object, staging, EXIT));
  }

  private static OptionalLong symbol(ElfObject object, Staging staging, String name) {
    for (int i = 1; i < object.symbolCount(); i++) {
      int section = object.symbolSection(i);
      if (section != Elf.SHN_UNDEF
          && section < Elf.SHN_LORESERVE
          && staging.isLoaded(section)
          && object.symbolName(i).equals(name)) {
        return OptionalLong.of(staging.symbolAddresses()[i]);
      }
    }
    return OptionalLong.empty();
  }
}
