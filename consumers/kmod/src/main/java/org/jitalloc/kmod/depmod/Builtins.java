package org.jitalloc.kmod.depmod;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jitalloc.modules.info.ModuleName;

/**
 * The parts of the kernel that another configuration builds as modules: the files {@code
 * modules.builtin} and {@code modules.builtin.modinfo}. Immutable.
 */
final class Builtins {
  private final Map<String, String> pathsByName = new HashMap<>();
  private final Aliases aliases = new Aliases();

  /** Creates it without entries. */
  Builtins() {
    this(List.of(), new byte[0]);
  }

  Builtins(List<String> paths, byte[] modinfo) {
    paths.forEach(path -> pathsByName.put(ModuleName.ofFile(path), path));
    for (String entry : new String(modinfo, StandardCharsets.UTF_8).split("\0")) {
      int dot = entry.indexOf('.');
      if (dot > 0 && entry.startsWith("alias=", dot + 1)) {
        aliases.add(entry.substring(dot + 1 + "alias=".length()), entry.substring(0, dot));
      }
    }
  }

  Optional<String> path(String name) {
    return Optional.ofNullable(pathsByName.get(ModuleName.of(name)));
  }

  boolean hasAlias(String alias) {
    return !aliases.find(alias).isEmpty();
  }
}
