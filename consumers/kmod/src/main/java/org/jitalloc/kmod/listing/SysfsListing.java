package org.jitalloc.kmod.listing;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitMemory;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleFacts;
import org.jitalloc.modules.ModuleParameter;
import org.jitalloc.modules.ModuleSection;

/** Lists the files below {@code /sys/module/NAME} for a module. For any thread. */
public final class SysfsListing {
  /** The prefix of the names of note sections (gABI, "Special Sections"). */
  private static final String NOTE = ".note";

  private SysfsListing() {}

  /**
   * Lists the files of a module. Users of the module are empty files below {@code holders/}, which
   * are links in the kernel. Notes are listed as hexadecimal digits.
   *
   * @param module the module
   * @return the content of each file without the line end, by its path below {@code
   *     /sys/module/NAME}
   */
  public static SequencedMap<String, String> files(LoadedModule module) {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    ModuleFacts facts = module.facts();
    files.put("coresize", String.valueOf(bytes(module, false)));
    files.put("initsize", String.valueOf(bytes(module, true)));
    files.put(
        "initstate",
        switch (module.state()) {
          case LIVE -> "live";
          case COMING -> "coming";
          case GOING -> "going";
          case UNFORMED -> "unformed";
        });
    files.put("refcnt", String.valueOf(module.users().size()));
    files.put("taint", module.taints().letters());
    if (!facts.version().isEmpty()) {
      files.put("version", facts.version());
    }
    if (!facts.srcversion().isEmpty()) {
      files.put("srcversion", facts.srcversion());
    }
    module.users().stream().sorted().forEach(user -> files.put("holders/" + user, ""));
    for (ModuleParameter parameter : module.parameters()) {
      if (parameter.mode() != 0) {
        String value = parameter.value().orElse("(%s)".formatted(parameter.type()));
        files.put("parameters/" + parameter.name(), value);
      }
    }
    for (ModuleSection section : module.sections()) {
      if (section.bytes() > 0) {
        files.put("sections/" + section.name(), address(section));
      }
    }
    for (ModuleSection section : module.sections()) {
      if (section.name().startsWith(NOTE) && section.bytes() > 0) {
        note(module, section).ifPresent(note -> files.put("notes/" + section.name(), note));
      }
    }
    return files;
  }

  /** {@return the content of a note, such as the build ID; empty if its memory is freed} */
  private static Optional<String> note(LoadedModule module, ModuleSection section) {
    try {
      return module.memories().stream()
          .filter(memory -> memory.span().contains(section.address()))
          .findFirst()
          .map(memory -> memory.read(section.address() - memory.address(), section.bytes()))
          .map(HexFormat.of()::formatHex);
    } catch (JitAllocException _) {
      return Optional.empty();
    }
  }

  private static String address(ModuleSection section) {
    return String.format(Locale.ROOT, "0x%016x", section.address());
  }

  private static long bytes(LoadedModule module, boolean init) {
    return module.memories().stream()
        .filter(memory -> memory.type().isInit() == init)
        .mapToLong(JitMemory::bytes)
        .sum();
  }
}
