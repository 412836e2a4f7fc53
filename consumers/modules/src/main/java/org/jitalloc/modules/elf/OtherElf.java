package org.jitalloc.modules.elf;

import java.nio.ByteBuffer;
import org.jitalloc.support.elf.ElfFormatException;
import org.jitalloc.support.elf.ElfReader;
import org.jitalloc.support.elf.ElfSummary;

/** Says what an ELF file is that the loader cannot load, and what to load instead. */
final class OtherElf {
  private OtherElf() {}

  static String describe(ByteBuffer file) {
    try {
      ElfSummary summary = ElfReader.read(file);
      return summary.describe() + "; " + advice(summary);
    } catch (ElfFormatException damaged) {
      return String.valueOf(damaged.getMessage());
    }
  }

  private static String advice(ElfSummary summary) {
    return switch (summary.kind()) {
      case EXECUTABLE, PIE, SHARED_OBJECT ->
          "load the object files or archives that it was linked from (.o, .a)";
      case KERNEL -> "load its modules (.ko)";
      case RELOCATABLE -> "compile for 64 bits";
      case CORE_DUMP, OTHER -> "load object files (.o, .a) or kernel modules (.ko)";
    };
  }
}
