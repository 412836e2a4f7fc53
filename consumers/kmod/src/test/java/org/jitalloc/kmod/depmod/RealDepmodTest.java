package org.jitalloc.kmod.depmod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares with depmod and modprobe of kmod for the same folder. */
final class RealDepmodTest {
  private static final int MODULES = 30;
  private static final String RELEASE = "6.1.0";
  private static final List<String> PLACES = List.of("kernel", "updates", "extra");

  @TempDir Path folder;

  /** Modules that use symbols of earlier ones, some of them twice in the tree. */
  private static Path modules(Path root, long seed) throws Exception {
    Path modules = Files.createDirectories(root.resolve("lib/modules/" + RELEASE));
    Files.createDirectories(root.resolve("etc/depmod.d"));
    var random = new Random(seed);
    var folder = new Folder(modules);
    var order = new StringBuilder();
    for (int i = 0; i < MODULES; i++) {
      var imports = new ArrayList<String>();
      for (int j = 0; j < i; j++) {
        if (random.nextInt(8) == 0) {
          imports.add("s" + j);
        }
      }
      String info = "license=GPL\nalias=pci:v%04d*\nalias=common".formatted(i);
      if (i % 5 == 4) {
        info += "\nsoftdep=pre: m-%d post: m-%d".formatted(i - 1, i - 3);
      }
      int places = 1 + random.nextInt(2);
      for (int k = 0; k < places; k++) {
        String place = PLACES.get(random.nextInt(PLACES.size()));
        String path = "%s/m-%d.ko".formatted(place, i);
        folder.module(path, info, List.of("s" + i), imports);
        order.append(path).append('\n');
      }
    }
    folder.file("modules.order", order.toString());
    folder.file("modules.builtin", "kernel/built/in.ko\n");
    return modules;
  }

  private static List<String> lines(String text) {
    return text.lines().filter(line -> !line.startsWith("#")).sorted().toList();
  }

  @Test
  void indexes_areThoseOfDepmod_andOrdersThoseOfModprobe() throws Exception {
    ToolCommand.need("depmod", "modprobe");
    for (String search : List.of("", "search extra built-in updates\n")) {
      Path root = folder.resolve("root" + search.length());
      Path modules = modules(root, search.length());
      Path configuration = root.resolve("etc/depmod.d/order.conf");
      Files.writeString(configuration, search);
      ToolCommand.must(
          List.of("depmod", "-b", root.toString(), "-C", configuration.toString(), RELEASE));
      ModuleIndex index = Depmod.scan(modules);
      var ours = new IndexFiles(index).all();
      for (String file : List.of("modules.dep", "modules.alias", "modules.softdep")) {
        assertEquals(
            lines(Files.readString(modules.resolve(file))), lines(ours.get(file)), file + search);
      }
      for (int i = 0; i < MODULES; i++) {
        String name = "m_" + i;
        var theirs =
            ToolCommand.must(List.of("modprobe", "-d", root.toString(), "-S", RELEASE, "-D", name))
                .lines()
                .map(line -> line.replaceAll(".*/lib/modules/" + RELEASE + "/(\\S+).*", "$1"))
                .distinct()
                .toList();
        assertEquals(theirs, order(index, name), name + search);
      }
    }
  }

  private static List<String> order(ModuleIndex index, String name) {
    return new Resolver(index).resolve(name) instanceof Resolution.Load(List<ModuleFile> files)
        ? files.stream().map(ModuleFile::path).toList()
        : List.of();
  }
}
