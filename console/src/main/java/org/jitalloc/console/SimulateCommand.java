package org.jitalloc.console;

import java.io.PrintStream;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.kmod.simulate.BootStorm;
import org.jitalloc.kmod.simulate.Storm;
import org.jitalloc.kmod.simulate.Storm.Checks;
import org.osgi.service.component.annotations.Component;

/** {@code mod:simulate}. Needs no target: nothing is loaded. */
@Component(
    service = SimulateCommand.class,
    property = {"osgi.command.scope=mod", "osgi.command.function=simulate"})
public final class SimulateCommand {
  private static final CommandSyntax USAGE =
      new CommandSyntax("mod:simulate [--vcpus N] [--seed N]", 0, "--vcpus", "--seed");

  /** The machines of the commit that brought the statistics to Linux. */
  private static final List<Integer> MACHINES = List.of(255, 8);

  /** Made by Declarative Services. */
  public SimulateCommand() {}

  /**
   * {@code mod:simulate}.
   *
   * @param words options
   */
  @Descriptor(
      """
      simulates a boot on which each processor asks for the same modules, and prints the statistics

         usage: mod:simulate [--vcpus N] [--seed N]

         --vcpus  how many processors there are (default: first 255, then 8)
         --seed   other numbers, other times at which things happen (default: 1)

         Each boot is simulated with duplicates refused late, when the module is allocated; early,
         when its file was read; and with each file loaded once for all that ask for it at once.
         Checks and statistics are those of real loads; time, sizes and who asks are a model.
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
