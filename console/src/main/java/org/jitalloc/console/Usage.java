package org.jitalloc.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The words that a command takes. Gogo could bind them by annotations, but what it says of a wrong
 * word (Cannot coerce run(Token, Token) to any of …) helps nobody.
 *
 * @param synopsis the command and its words, as shown to people
 * @param operands how many words that are no options it takes
 * @param options the options it knows, each of which takes a value
 */
record Usage(String synopsis, int operands, Set<String> options) {

  Usage(String synopsis, int operands, String... options) {
    this(synopsis, operands, Set.of(options));
  }

  /**
   * What was given.
   *
   * @param operands the words that are no options
   * @param options the values of the options that were given
   */
  record Arguments(List<String> operands, Map<String, String> options) {
    String option(String name, String otherwise) {
      return options.getOrDefault(name, otherwise);
    }
  }

  Arguments parse(String... words) {
    var operandsGiven = new ArrayList<String>();
    var optionsGiven = new HashMap<String, String>();
    for (int i = 0; i < words.length; i++) {
      String word = words[i];
      if (!word.startsWith("-") || word.length() == 1) {
        operandsGiven.add(word);
      } else if (!options.contains(word)) {
        throw wrong("unknown option " + word);
      } else if (i + 1 == words.length) {
        throw wrong(word + " needs a value");
      } else if (optionsGiven.put(word, words[++i]) != null) {
        throw wrong(word + " is given twice");
      }
    }
    if (operandsGiven.size() != operands) {
      throw wrong(
          operandsGiven.size() < operands
              ? "%d of %d operands given".formatted(operandsGiven.size(), operands)
              : "unexpected " + operandsGiven.get(operands));
    }
    return new Arguments(operandsGiven, optionsGiven);
  }

  private CommandException wrong(String what) {
    return new CommandException(what + "; usage: " + synopsis);
  }
}
