package org.jitalloc.kprobes.event;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * What an event is.
 *
 * @param isReturn whether it is of returns
 * @param maxActive how many may be in the function at once; empty for the usual number
 * @param group its group
 * @param event its name
 * @param place where it is, as it was written
 * @param arguments what is fetched
 */
record Definition(
    boolean isReturn,
    OptionalInt maxActive,
    String group,
    String event,
    Place place,
    List<Fetch> arguments) {
  static final String DEFAULT_GROUP = "kprobes";

  private static final Pattern HEAD =
      Pattern.compile("(p|r(\\d*))(:(([A-Za-z_]\\w*)/)?([A-Za-z_]\\w*)?)?");

  /**
   * A place as people write it.
   *
   * @param symbol a function, maybe {@code module:function}; or nothing
   * @param offset from its start; or the address
   */
  record Place(String symbol, long offset) {
    private static final Pattern SYMBOL =
        Pattern.compile("((?:[\\w.-]+:)?[A-Za-z_.][\\w.$]*)(?:\\+(0x[0-9a-fA-F]+|\\d+))?");

    static Place parse(String word) {
      Matcher symbol = SYMBOL.matcher(word);
      if (symbol.matches()) {
        return new Place(symbol.group(1), symbol.group(2) == null ? 0 : number(symbol.group(2), 0));
      }
      try {
        return new Place("", Long.parseUnsignedLong(word.replaceFirst("^0x", ""), 16));
      } catch (NumberFormatException neither) {
        throw wrong("neither [MODULE:]SYMBOL[+OFFSET] nor an address: " + word);
      }
    }

    @Override
    public String toString() {
      return symbol.isEmpty() ? "0x%x".formatted(offset) : symbol + "+" + offset;
    }

    /** What an event is called that was given no name. */
    String event(boolean isReturn) {
      String bare = symbol.substring(symbol.indexOf(':') + 1).replaceAll("\\W", "_");
      return (isReturn ? "r_" : "p_")
          + (symbol.isEmpty() ? "0x%x".formatted(offset) : bare + "_" + offset);
    }
  }

  /** Reads a line that begins with p or r. */
  static Definition parse(String line, CallingConvention machine) {
    String[] words = line.strip().split("\\s+");
    Matcher head = HEAD.matcher(words[0]);
    if (!head.matches()) {
      throw wrong("a definition begins with p, r or -, not with " + words[0]);
    }
    if (words.length < 2) {
      throw wrong("no place, which is [MODULE:]SYMBOL[+OFFSET] or an address: " + line);
    }
    boolean isReturn = head.group(1).startsWith("r");
    Place place = Place.parse(words[1]);
    var arguments = new ArrayList<Fetch>();
    for (int i = 2; i < words.length; i++) {
      arguments.add(Fetch.parse(words[i], i - 1, isReturn, machine));
    }
    String maxActive = head.group(2);
    return new Definition(
        isReturn,
        maxActive == null || maxActive.isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(number(maxActive, 1)),
        head.group(5) == null ? DEFAULT_GROUP : head.group(5),
        head.group(6) == null ? place.event(isReturn) : head.group(6),
        place,
        List.copyOf(arguments));
  }

  static long number(String text) {
    try {
      return Long.decode(text);
    } catch (NumberFormatException failure) {
      throw wrong("no number: " + text);
    }
  }

  private static int number(String text, int least) {
    long number = number(text);
    if (number < least || number > Integer.MAX_VALUE) {
      throw wrong("%s is not within %d..%d".formatted(text, least, Integer.MAX_VALUE));
    }
    return (int) number;
  }

  static JitAllocException wrong(String what) {
    return new JitAllocException(Reason.INVALID_REQUEST, what);
  }

  /** The line, as the kernel's file has it. */
  @Override
  public String toString() {
    var line = new StringBuilder(isReturn ? "r" : "p");
    maxActive.ifPresent(line::append);
    line.append(":%s/%s %s".formatted(group, event, place));
    arguments.forEach(argument -> line.append(' ').append(argument));
    return line.toString();
  }
}
