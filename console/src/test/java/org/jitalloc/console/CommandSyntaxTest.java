package org.jitalloc.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.jitalloc.console.command.CommandException;
import org.junit.jupiter.api.Test;

final class CommandSyntaxTest {
  private static final CommandSyntax USAGE =
      new CommandSyntax("cmd FILE [--mem X]", 1, "--mem", "--engine");

  @Test
  void parse_optionsAnywhere() {
    var expected = new CommandSyntax.Arguments(List.of("f"), Map.of("--mem", "1", "--engine", "-"));
    assertEquals(expected, USAGE.parse("f", "--mem", "1", "--engine", "-"));
    assertEquals(expected, USAGE.parse("--mem", "1", "f", "--engine", "-"));
    assertEquals(expected, USAGE.parse("--engine", "-", "--mem", "1", "f"));
  }

  @Test
  void parse_mistakes_nameTheWordAndTheUsage() {
    assertEquals("0 of 1 operands given; usage: cmd FILE [--mem X]", failure());
    assertEquals("unexpected g; usage: cmd FILE [--mem X]", failure("f", "g"));
    assertEquals("unknown option -x; usage: cmd FILE [--mem X]", failure("f", "-x"));
    assertEquals("--mem needs a value; usage: cmd FILE [--mem X]", failure("f", "--mem"));
    assertEquals(
        "--mem is given twice; usage: cmd FILE [--mem X]",
        failure("f", "--mem", "1", "--mem", "1"));
  }

  @Test
  void parse_flagsAndMoreOperands() {
    var usage = new CommandSyntax("cmd FILE…", 1, "--mem").withMore().withFlags("--all");
    var given = usage.parse("a", "--all", "b", "--mem", "1");
    assertEquals(List.of("a", "b"), given.operands());
    assertTrue(given.has("--all"));
    assertFalse(usage.parse("a").has("--all"));
    var none = assertThrows(CommandException.class, usage::parse);
    assertEquals("0 of 1 operands given; usage: cmd FILE…", none.getMessage());
  }

  private static String failure(String... words) {
    return assertThrows(CommandException.class, () -> USAGE.parse(words)).getMessage();
  }
}
