package org.jitalloc.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arguments of a command: operands, flags, and options with a value. */
final class Arguments {
  private final List<String> operands = new ArrayList<>();
  private final Set<String> flags = new HashSet<>();
  private final Map<String, String> options = new HashMap<>();

  /** Parses arguments; those that start with a dash have to be known. */
  static Arguments parse(List<String> words, Set<String> flags, Set<String> options)
      throws UsageException {
    var parsed = new Arguments();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("-") || word.length() == 1) {
        parsed.operands.add(word);
      } else if (flags.contains(word)) {
        parsed.flags.add(word);
      } else if (!options.contains(word)) {
        throw new UsageException("unknown option " + word);
      } else if (i + 1 == words.size()) {
        throw new UsageException(word + " needs a value");
      } else if (parsed.options.put(word, words.get(++i)) != null) {
        throw new UsageException(word + " is given twice");
      }
    }
    return parsed;
  }

  /** {@return the operands; their number must be that of the names} */
  List<String> operands(String... names) throws UsageException {
    if (operands.size() < names.length) {
      throw new UsageException("no %s given".formatted(names[operands.size()]));
    }
    if (operands.size() > names.length) {
      throw new UsageException("unexpected " + operands.get(names.length));
    }
    return operands;
  }

  boolean has(String flag) {
    return flags.contains(flag);
  }

  String text(String option, String otherwise) {
    return options.getOrDefault(option, otherwise);
  }

  int number(String option, int otherwise, int least, int most) throws UsageException {
    return (int) longNumber(option, otherwise, least, most);
  }

  long longNumber(String option, long otherwise, long least, long most) throws UsageException {
    String text = options.get(option);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException _) {
      // The error follows.
    }
    throw new UsageException(
        "%s is a whole number from %d to %d, not %s".formatted(option, least, most, text));
  }
}
