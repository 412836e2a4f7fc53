package org.jitalloc.kmod.listing;

import java.nio.file.Path;
import java.util.List;
import org.jitalloc.kmod.depmod.Depmod;
import org.jitalloc.kmod.depmod.ModuleFile;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.file.FileContent;
import org.jitalloc.support.elf.DynamicSymbol;
import org.jitalloc.support.elf.ElfFormatException;
import org.jitalloc.support.elf.ElfReader;
import org.jitalloc.support.elf.ElfSummary;

/** What a file tells about itself: a module, or an ELF file of another type. */
public sealed interface FileInfo {

  /**
   * A relocatable object of 64 bits.
   *
   * @param file its module information and symbols
   */
  record OfModule(ModuleFile file) implements FileInfo {}

  /**
   * An executable, a shared object, a kernel, a core dump, or a relocatable of 32 bits.
   *
   * @param text a line for each property, in the form of modinfo
   * @param symbols a line for each dynamic symbol: address, size in bytes, kind, name
   */
  record OfOther(String text, List<String> symbols) implements FileInfo {

    /** Copies the list. */
    public OfOther {
      symbols = List.copyOf(symbols);
    }
  }

  /**
   * Reads a file.
   *
   * @param path the file, perhaps compressed as modules are
   * @return what it tells about itself
   * @throws ModuleException UNREADABLE or COMPRESSION if it cannot be read, NOT_A_MODULE if it is
   *     not ELF or a damaged executable or shared object, MALFORMED or UNSUPPORTED if it is a
   *     module that the loader refuses
   */
  static FileInfo read(Path path) {
    try {
      return new OfModule(Depmod.read(path));
    } catch (ModuleException refused) {
      if (refused.reason() != Reason.NOT_A_MODULE) {
        throw refused;
      }
      return other(path, refused);
    }
  }

  private static FileInfo other(Path path, ModuleException refused) {
    try {
      ElfSummary summary = ElfReader.read(FileContent.read(path).bytes());
      return new OfOther(
          summary.text(), summary.dynamicSymbols().stream().map(DynamicSymbol::toString).toList());
    } catch (ElfFormatException damaged) {
      refused.addSuppressed(damaged);
      throw refused;
    }
  }
}
