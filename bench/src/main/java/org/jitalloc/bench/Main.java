package org.jitalloc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jitalloc.JitAllocException;
import org.jitalloc.bench.trace.TraceException;
import org.jspecify.annotations.Nullable;

/**
 * The main class of {@code ./jitalloc bench}. The arguments are the folder of this module, a
 * command and its arguments. The exit code is 2 for wrong input, 1 for a failure.
 */
public final class Main {
  private Main() {}

  /**
   * Runs a command.
   *
   * @param args the folder of this module, the command, its arguments
   */
  public static void main(String[] args) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    System.exit(run(Path.of(args[0]), Arrays.asList(args).subList(1, args.length)));
  }

  static int run(Path folder, List<String> words) {
    Map<String, Command> commands = new TreeMap<>();
    var peers = new Peers(folder);
    commands.put("alloc", new AllocCommand(peers));
    commands.put("bpf", new BpfCommand(folder));
    commands.put("calls", new CallsCommand());
    commands.put("creep", new CreepCommand());
    commands.put("ftrace", new FtraceCommand());
    commands.put("grow", new GrowCommand(peers));
    commands.put("guard", new GuardCommand());
    commands.put("jmh", new JmhCommand());
    commands.put("kprobes", new KprobesCommand());
    commands.put("modules", new ModulesCommand());
    commands.put("trace", new TraceCommand());
    String name = words.isEmpty() ? "" : words.getFirst();
    Command command = commands.get(name);
    if (command == null) {
      return fail(2, "there is no benchmark %s; there are %s".formatted(name, commands.keySet()));
    }
    try {
      command.run(words.subList(1, words.size()));
      return 0;
    } catch (UsageException wrong) {
      return fail(2, wrong.getMessage() + "; see ./jitalloc bench " + name + " --help");
    } catch (TraceException wrong) {
      return fail(2, wrong.getMessage());
    } catch (IOException | JitAllocException failed) {
      return fail(1, failed.getMessage());
    }
  }

  private static int fail(int code, @Nullable Object message) {
    System.err.println("jitalloc bench: " + message);
    return code;
  }
}
