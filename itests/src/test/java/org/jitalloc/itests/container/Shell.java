package org.jitalloc.itests.container;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.felix.service.command.CommandProcessor;

/** The shell of the container, as an interactive user has it. */
final class Shell {
  private Shell() {}

  /**
   * The outcome of commands.
   *
   * @param out their output
   * @param failure the exception, if they failed
   */
  record Outcome(String out, Optional<Exception> failure) {}

  static Outcome run(String commands) {
    var processor = Inside.service(CommandProcessor.class, "(objectClass=*)");
    var out = new ByteArrayOutputStream();
    try (var session = processor.createSession(new ByteArrayInputStream(new byte[0]), out, out)) {
      session.execute(commands);
    } catch (Exception failure) {
      return new Outcome(out.toString(StandardCharsets.UTF_8), Optional.of(failure));
    }
    return new Outcome(out.toString(StandardCharsets.UTF_8), Optional.empty());
  }

  /** {@return the output of commands that must not fail} */
  static String execute(String commands) throws Exception {
    Outcome outcome = run(commands);
    if (outcome.failure().isPresent()) {
      throw outcome.failure().get();
    }
    return outcome.out();
  }

  /** {@return the message of commands that must fail} */
  static String failure(String commands) {
    Outcome outcome = run(commands);
    assertTrue(outcome.failure().isPresent(), () -> commands + " did not fail: " + outcome.out());
    return outcome.failure().get().getMessage();
  }
}
