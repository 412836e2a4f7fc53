package org.jitalloc.modules.load;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.modules.elf.ElfObject;

/**
 * Sections that list functions to be run. After relocation.
 *
 * @param object the object of the functions
 * @param staging where they are
 */
public record FunctionTables(ElfObject object, Staging staging) {

  /**
   * The functions that tables list.
   *
   * @param tables the name of sections, which some have an ending to, as {@code .init_array.100}
   * @return their addresses, in the order of the file
   */
  public List<Long> functions(String tables) {
    var functions = new ArrayList<Long>();
    for (int i = 1; i < object.sectionCount(); i++) {
      if (isNamed(i, tables)) {
        functions.addAll(functions(i));
      }
    }
    return functions;
  }

  /**
   * Tells whether a section is such a table and is loaded.
   *
   * @param section its index
   * @param tables the name of sections
   * @return whether it has that name, perhaps with an ending
   */
  public boolean isNamed(int section, String tables) {
    String name = object.sectionName(section);
    return staging.isLoaded(section) && (name.equals(tables) || name.startsWith(tables + "."));
  }

  /**
   * The functions that one table lists.
   *
   * @param section its index
   * @return their addresses, in its order
   */
  public List<Long> functions(int section) {
    var functions = new ArrayList<Long>();
    var words =
        ByteBuffer.wrap(staging.bytes(section), staging.offset(section), staging.length(section))
            .slice()
            .order(object.byteOrder())
            .asLongBuffer();
    while (words.hasRemaining()) {
      functions.add(words.get());
    }
    return functions;
  }
}
