package org.jitalloc.console;

import java.io.PrintStream;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.modules.ModuleLoader;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The command {@code mod:stats}. */
@Component(
    service = ModStatsCommand.class,
    property = {"osgi.command.scope=mod", "osgi.command.function=stats"})
public final class ModStatsCommand {
  private static final CommandSyntax USAGE =
      new CommandSyntax("mod:stats [--target TARGET]", 0, "--target");

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  private volatile List<ModuleLoader> loaders = List.of();

  /** Called by Declarative Services. */
  public ModStatsCommand() {}

  /**
   * {@code mod:stats}.
   *
   * @param words options
   */
  @Descriptor(
      """
      prints the memory of modules and of loads that failed, as modules/stats in debugfs

         usage: mod:stats [--target TARGET]

         --target  the target (default: all targets with a load)
      """)
  public void stats(@Descriptor("see usage") String... words) {
    String target = USAGE.parse(words).option("--target", "");
    PrintStream out = System.out;
    boolean isAny = false;
    for (ModuleLoader loader : Loaders.allOr(loaders, target)) {
      var stats = loader.stats();
      boolean isUsed = stats.loaded() + stats.failedBecoming() + stats.failedLoads() > 0;
      if (isUsed || !target.isEmpty()) {
        out.println("Target " + loader.target().name());
        out.println(stats.text());
        isAny = true;
      }
    }
    if (!isAny) {
      out.println("No module was loaded.");
    }
  }
}
