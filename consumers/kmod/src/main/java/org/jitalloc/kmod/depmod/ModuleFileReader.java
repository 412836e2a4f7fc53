package org.jitalloc.kmod.depmod;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.file.FileContent;
import org.jitalloc.modules.info.ModInfo;

/** Reads the module information and the symbols of files. */
final class ModuleFileReader {
  private static final String EXPORT = "__ksymtab_";

  private ModuleFileReader() {}

  static ModuleFile read(Path folder, Path file) {
    String path = path(folder, file);
    try {
      ElfObject object = ElfObject.read(FileContent.read(file).bytes());
      Set<String> exports = new HashSet<>();
      Set<String> imports = new LinkedHashSet<>();
      symbols(object, exports, imports);
      return new ModuleFile(path, info(object), exports, List.copyOf(imports));
    } catch (ModuleException refused) {
      throw refused.in(file);
    } catch (IllegalArgumentException refused) {
      throw new ModuleException(
          Reason.MALFORMED, "%s: %s".formatted(file, refused.getMessage()), refused);
    }
  }

  /** {@return the path of a file from a folder, with {@code /}} */
  static String path(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private static void symbols(ElfObject object, Set<String> exports, Set<String> imports) {
    for (int symbol = 1; symbol < object.symbolCount(); symbol++) {
      String name = object.symbolName(symbol);
      if (object.symbolSection(symbol) == Elf.SHN_UNDEF) {
        if (!name.isEmpty()) {
          imports.add(name);
        }
      } else if (name.startsWith(EXPORT)) {
        exports.add(name.substring(EXPORT.length()));
      }
    }
  }

  /**
   * Reads the section {@code .modinfo}.
   *
   * @param object the module
   * @return its information; empty without the section
   */
  static ModInfo info(ElfObject object) {
    return object.sectionContent(ModInfo.SECTION).map(ModInfo::parse).orElse(ModInfo.NOTHING);
  }
}
