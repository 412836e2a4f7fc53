package org.jitalloc.console;

import java.io.PrintStream;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.kmod.simulate.BootStorm;
import org.jitalloc.kmod.simulate.Storm;
import org.jitalloc.kmod.simulate.Storm.Checks;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;

/** The command {@code mod:simulate}. It loads nothing, and needs no target. */
@Component(
    service = SimulateCommand.class,
    property = {"osgi.command.scope=mod", "osgi.command.function=simulate"},
    reference = @Reference(name = "kmod", service = Condition.class, target = Conditions.KMOD))
public final class SimulateCommand {
  private static final CommandSyntax USAGE =
      new CommandSyntax("mod:simulate [--vcpus N] [--seed N]", 0, "--vcpus", "--seed");

  /** The machines in the message of the kernel's commit that added the statistics. */
  private static final List<Integer> MACHINES = List.of(255, 8);

  /** Called by Declarative Services. */
  public SimulateCommand() {}

  /**
   * {@code mod:simulate}.
   *
   * @param words options
   */
  @Descriptor(
      """
      simulates a boot in which each processor requests the same modules, and prints the statistics

         usage: mod:simulate [--vcpus N] [--seed N]

         --vcpus  the number of processors (default: first 255, then 8)
         --seed   the seed of the durations (default: 1)

         Each boot is simulated with duplicates refused late, after the allocation of a module;
         early, after its file was read; and with one load of a file for all concurrent requests.
         Checks and statistics are those of real loads; times, sizes and requests are a model.
      """)
  public void simulate(@Descriptor("see usage") String... words) {
    var arguments = USAGE.parse(words);
    long seed = arguments.number("--seed", Long.MIN_VALUE, Long.MAX_VALUE, 1);
    int vcpus = (int) arguments.number("--vcpus", 1, Storm.MOST_VCPUS, 0);
    List<Integer> machines = vcpus == 0 ? MACHINES : List.of(vcpus);
    PrintStream out = System.out;
    for (int count : machines) {
      for (Checks checks : Checks.values()) {
        out.println("%d vCPUs, %s".formatted(count, described(checks)));
        out.println(BootStorm.run(new Storm(count, checks, seed)).text());
      }
    }
  }

  private static String described(Checks checks) {
    return switch (checks) {
      case LATE -> "duplicates refused late (Linux 6.3)";
      case EARLY -> "duplicates refused early (Linux 6.4)";
      case SAME_FILE -> "and each file loaded once at a time (Linux 6.5)";
    };
  }
}
