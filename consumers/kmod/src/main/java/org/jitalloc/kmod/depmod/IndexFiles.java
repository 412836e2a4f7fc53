package org.jitalloc.kmod.depmod;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jitalloc.modules.info.ModInfo;

/** The files that {@code depmod} writes, as text. */
public final class IndexFiles {
  private static final String DEVNAME = "devname:";
  private static final List<String> MAJORS = List.of("char-major-", "block-major-");

  private final ModuleIndex index;

  /**
   * Creates a writer.
   *
   * @param index the index
   */
  public IndexFiles(ModuleIndex index) {
    this.index = index;
  }

  /**
   * Returns all files.
   *
   * @return the text of each file by name
   */
  public SequencedMap<String, String> all() {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    files.put("modules.dep", dep());
    files.put("modules.alias", alias());
    files.put("modules.symbols", symbols());
    files.put("modules.softdep", softdep());
    files.put("modules.devname", devname());
    return files;
  }

  /** The paths of the dependencies of each module; the first that is loaded comes last. */
  private String dep() {
    var text = new StringBuilder();
    for (ModuleFile file : index.modules()) {
      text.append(file.path()).append(':');
      for (String need : index.dependencies(file.name()).reversed()) {
        index.module(need).ifPresent(needed -> text.append(' ').append(needed.path()));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private String alias() {
    var text = new StringBuilder("# Aliases of modules.\n");
    for (ModuleFile file : index.modules()) {
      for (String alias : file.info().all("alias")) {
        text.append("alias %s %s\n".formatted(alias, file.name()));
      }
    }
    return text.toString();
  }

  private String symbols() {
    var text = new StringBuilder("# The modules that export symbols.\n");
    new TreeMap<>(index.symbolOwners())
        .forEach((symbol, owner) -> text.append("alias symbol:%s %s\n".formatted(symbol, owner)));
    return text.toString();
  }

  private String softdep() {
    var text = new StringBuilder("# Soft dependencies of modules.\n");
    for (ModuleFile file : index.modules()) {
      for (String soft : file.info().all("softdep")) {
        text.append("softdep %s %s\n".formatted(file.name(), soft));
      }
    }
    return text.toString();
  }

  /** The device nodes that can exist before their modules are loaded. */
  private String devname() {
    var text =
        new StringBuilder("# Device nodes that can exist before their modules are loaded.\n");
    for (ModuleFile file : index.modules()) {
      node(file.info()).ifPresent(node -> text.append(file.name() + " " + node + "\n"));
    }
    return text.toString();
  }

  private static Optional<String> node(ModInfo info) {
    List<String> aliases = info.all("alias");
    Optional<String> name = aliases.stream().filter(alias -> alias.startsWith(DEVNAME)).findFirst();
    for (String prefix : MAJORS) {
      for (String alias : aliases) {
        if (name.isPresent() && alias.matches(prefix + "[0-9]+-[0-9]+")) {
          String numbers = alias.substring(prefix.length()).replace('-', ':');
          String node = name.get().substring(DEVNAME.length());
          return Optional.of("%s %c%s".formatted(node, prefix.charAt(0), numbers));
        }
      }
    }
    return Optional.empty();
  }
}
