package org.jitalloc.arch.x86.decode;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Compares decoder and objdump over whatever ELF files are named, and says how fast the decoder
 * went through their code alone. Not a test: it is run by hand over many gigabytes.
 */
final class DecodeProfile {
  private DecodeProfile() {}

  public static void main(String[] files) throws IOException {
    var comparison = new ObjdumpComparison();
    for (String file : files) {
      compare(file, comparison);
    }
    System.out.println(comparison.report());
  }

  static void compare(String file, ObjdumpComparison comparison) throws IOException {
    var sections = ElfSections.of(Path.of(file));
    Listing.ofElf(
        file,
        line -> {
          var section = sections.get(line.section());
          if (section != null) {
            comparison.line(section.bytes(), section.address(), line);
          }
        });
  }
}
