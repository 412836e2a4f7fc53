package org.jitalloc.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jitalloc.console.command.CommandException;

/**
 * The syntax of a command's arguments. Gogo can bind arguments by annotations, but its errors
 * (Cannot coerce run(Token, Token) to any of …) do not name the wrong argument.
 *
 * @param synopsis the command and its arguments, for people
 * @param operands the least number of operands, which are arguments that are no options
 * @param more whether more operands are allowed
 * @param options the options with a value
 * @param flags the options without a value
 */
record CommandSyntax(
    String synopsis, int operands, boolean more, Set<String> options, Set<String> flags) {

  CommandSyntax(String synopsis, int operands, String... options) {
    this(synopsis, operands, false, Set.of(options), Set.of());
  }

  /** {@return this syntax, with any number of further operands} */
  CommandSyntax withMore() {
    return new CommandSyntax(synopsis, operands, true, options, flags);
  }

  /** {@return this syntax, with options without a value} */
  CommandSyntax withFlags(String... names) {
    return new CommandSyntax(synopsis, operands, more, options, Set.of(names));
  }

  /**
   * The arguments of a call.
   *
   * @param operands the arguments that are no options
   * @param options the values of the given options; those of flags are empty
   */
  record Arguments(List<String> operands, Map<String, String> options) {
    boolean has(String name) {
      return options.containsKey(name);
    }

    String option(String name, String otherwise) {
      return options.getOrDefault(name, otherwise);
    }

    /** {@return the value of an option as an integer from least to most, or a default} */
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

  /** {@return the value of an option that must be given} */
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
