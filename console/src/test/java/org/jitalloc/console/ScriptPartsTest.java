package org.jitalloc.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScriptPartsTest {

  @Test
  void parts_areSeparatedBySemicolonsAndLineEnds() {
    assertEquals(
        List.of("help a", " help b", "c > file # comment"),
        ScriptParts.parts("help a; help b\n;;c > file # comment\n"));
  }

  @Test
  void parts_joinedByOperatorsBracketsAndQuotes_stayTogether() {
    List<String> parts =
        List.of("a | b", "c && d || e", "f & g", "if {x} { y; z }", "\"a;b\" 'c;d'", "(h; i)");
    assertEquals(parts, ScriptParts.parts(String.join(";", parts)));
  }

  @Test
  void parts_ofAScriptThatEndsTooEarly_areAnError() {
    assertThrows(RuntimeException.class, () -> ScriptParts.parts("bpf:list ("));
  }

  @ParameterizedTest
  @CsvSource({"x = 5, true", "' x=5', true", "help x, false", "echo a=b, false"})
  void isAssignment_isThatOfAVariable(String part, boolean assignment) {
    assertEquals(assignment, ScriptParts.isAssignment(part));
  }
}
