package org.jitalloc.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jitalloc.console.command.CommandException;

/**
 * The words that a command takes. Gogo could bind them by annotations, but what it says of a wrong
 * word (Cannot coerce run(Token, Token) to any of …) helps nobody.
 *
 * @param synopsis the command and its words, as shown to people
 * @param operands how many words that are no options it takes at least
 * @param more whether it takes more of them
 * @param options the options it knows that take a value
 * @param flags the options it knows that take none
 */
record CommandSyntax(
    String synopsis, int operands, boolean more, Set<String> options, Set<String> flags) {

  CommandSyntax(String synopsis, int operands, String... options) {
    this(synopsis, operands, false, Set.of(options), Set.of());
  }

  /** The same, with as many operands more as are wanted. */
  CommandSyntax withMore() {
    return new CommandSyntax(synopsis, operands, true, options, flags);
  }

  /** The same, with options that take no value. */
  CommandSyntax withFlags(String... names) {
    return new CommandSyntax(synopsis, operands, more, options, Set.of(names));
  }

  /**
   * What was given.
   *
   * @param operands the words that are no options
   * @param options the values of the options that were given; those of flags are empty
   */
  record Arguments(List<String> operands, Map<String, String> options) {
    boolean has(String name) {
      return options.containsKey(name);
    }

    String option(String name, String otherwise) {
      return options.getOrDefault(name, otherwise);
    }

    /** A whole number, both bounds included. */
    long number(String name, long least, long most, long otherwise) {
      String word = options.get(name);
      if (word == null) {
        return otherwise;
      }
      long number;
      try {
        number = Long.parseLong(word);
      } catch (NumberFormatException _) {
        throw new CommandException("%s: '%s' is no whole number".formatted(name, word));
      }
      if (number < least || number > most) {
        throw new CommandException(
            "%s: %d is not within %d..%d".formatted(name, number, least, most));
      }
      return number;
    }
  }

  Arguments parse(String... words) {
    var operandsGiven = new ArrayList<String>();
    var optionsGiven = new HashMap<String, String>();
    for (int i = 0; i < words.length; i++) {
      String word = words[i];
      if (!word.startsWith("-") || word.length() == 1) {
        operandsGiven.add(word);
      } else if (flags.contains(word)) {
        optionsGiven.put(word, "");
      } else if (!options.contains(word)) {
        throw wrong("unknown option " + word);
      } else if (i + 1 == words.length) {
        throw wrong(word + " needs a value");
      } else if (optionsGiven.put(word, words[++i]) != null) {
        throw wrong(word + " is given twice");
      }
    }
    boolean tooMany = operandsGiven.size() > operands && !more;
    if (operandsGiven.size() < operands || tooMany) {
      throw wrong(
          !tooMany
              ? "%d of %d operands given".formatted(operandsGiven.size(), operands)
              : "unexpected " + operandsGiven.get(operands));
    }
    return new Arguments(operandsGiven, optionsGiven);
  }

  /** The value of an option without which the command has nothing to do. */
  String required(Arguments arguments, String name) {
    String value = arguments.options().get(name);
    if (value == null) {
      throw wrong(name + " is missing");
    }
    return value;
  }

  private CommandException wrong(String what) {
    return new CommandException(what + "; usage: " + synopsis);
  }
}
