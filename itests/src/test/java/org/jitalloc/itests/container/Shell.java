package org.jitalloc.itests.container;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.felix.service.command.CommandProcessor;

/** The container's shell, as somebody who types commands has it. */
final class Shell {
  private Shell() {}

  /**
   * What commands did.
   *
   * @param out what they printed
   * @param failure what was wrong, if anything was
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

  /** What commands print that must not fail. */
  static String execute(String commands) throws Exception {
    Outcome outcome = run(commands);
    if (outcome.failure().isPresent()) {
      throw outcome.failure().get();
    }
    return outcome.out();
  }

  /** What people are told by commands that must fail. */
  static String failure(String commands) {
    Outcome outcome = run(commands);
    assertTrue(outcome.failure().isPresent(), () -> commands + " did not fail: " + outcome.out());
    return outcome.failure().get().getMessage();
  }
}
