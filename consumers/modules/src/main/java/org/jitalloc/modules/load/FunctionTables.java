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
      String name = object.sectionName(i);
      if (staging.isLoaded(i) && (name.equals(tables) || name.startsWith(tables + "."))) {
        var words =
            ByteBuffer.wrap(staging.bytes(i), staging.offset(i), staging.length(i))
                .slice()
                .order(object.byteOrder())
                .asLongBuffer();
        while (words.hasRemaining()) {
          functions.add(words.get());
        }
      }
    }
    return functions;
  }
}
