package org.jitalloc.console;

import java.util.Collection;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.console.command.CommandException;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;

/** The command {@code help}: the one of the shell, except that it fails for an unknown command. */
@Component(
    service = HelpCommand.class,
    property = {"osgi.command.scope=" + HelpCommand.SCOPE, "osgi.command.function=help"})
public final class HelpCommand {

  /** The scope of the command. */
  static final String SCOPE = "console";

  /** The variable of a session that holds the names of all commands as SCOPE:NAME. */
  private static final String COMMANDS = ".commands";

  private static final CommandSyntax SYNTAX = new CommandSyntax("help [COMMAND]", 0).withMore();

  /** Called by Declarative Services. */
  public HelpCommand() {}

  /**
   * {@code help}.
   *
   * @param session the session of the shell
   * @param words a command, or nothing
   * @return the text
   * @throws Exception if the shell fails
   */
  @Descriptor(
      """
      lists the commands, or explains one

         usage: help [COMMAND]

         example: help bpf:run
      """)
  public @Nullable Object help(CommandSession session, @Descriptor("see usage") String... words)
      throws Exception {
    var operands = SYNTAX.parse(words).operands();
    return switch (operands.size()) {
      case 0 -> session.execute("felix:help");
      case 1 -> session.execute("felix:help '%s'".formatted(known(session, operands.getFirst())));
      default -> throw new CommandException("one command at a time; usage: " + SYNTAX.synopsis());
    };
  }

  private static String known(CommandSession session, String name) {
    if (session.get(COMMANDS) instanceof Collection<?> commands
        && commands.stream()
            .map(String::valueOf)
            .noneMatch(command -> command.equals(name) || command.endsWith(":" + name))) {
      throw new CommandException("there is no command %s; help lists the commands".formatted(name));
    }
    return name;
  }
}
