package org.jitalloc.console;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.function.ToIntFunction;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Converter;
import org.jitalloc.RefusedException;
import org.jitalloc.console.command.CommandException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Runs the commands of {@code exec} and returns the exit code: 0, or 1 if a command failed. The
 * service is a type of the JDK because the launcher is outside of the framework and shares no other
 * types with bundles.
 */
@Component(service = ToIntFunction.class, property = "jitalloc.launcher=script")
public final class ScriptRunner implements ToIntFunction<String> {
  private final CommandProcessor processor;

  /**
   * Called by Declarative Services.
   *
   * @param processor the shell
   */
  @Activate
  public ScriptRunner(@Reference CommandProcessor processor) {
    this.processor = processor;
  }

  @Override
  public int applyAsInt(String commands) {
    // The descriptors, because the shell has replaced System.out and System.err.
    var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    var stages = new FailedStages(new FileOutputStream(FileDescriptor.err));
    var err = new PrintStream(stages, true);
    try (var session = processor.createSession(new FileInputStream(FileDescriptor.in), out, err)) {
      // A name without a scope then means this help, which fails for unknown commands.
      session.put("SCOPE", HelpCommand.SCOPE + ":*");
      // Commands of this project print their output. Commands of the shell return it.
      for (String part : ScriptParts.parts(commands)) {
        Object result = session.execute(part);
        if (result != null && !ScriptParts.isAssignment(part)) {
          out.println(session.format(result, Converter.INSPECT));
        }
      }
      return stages.anyFailed() ? 1 : 0;
    } catch (Exception | StackOverflowError failure) {
      report(failure, err);
      return 1;
    } finally {
      out.flush();
    }
  }

  private static void report(Throwable failure, PrintStream err) {
    boolean forPeople =
        failure instanceof CommandException
            || failure instanceof RefusedException
            || failure instanceof EOFException // An open bracket or quote.
            || failure.getClass().getName().startsWith("org.apache.felix.gogo.");
    if (forPeople) {
      err.println("jitalloc: " + failure.getMessage());
    } else {
      failure.printStackTrace(err);
    }
  }
}
