package org.jitalloc.kprobes.event;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jitalloc.kprobes.Registers;

/**
 * An argument of an event: what is fetched when it is hit, and how it is written.
 *
 * @param name what it is called
 * @param written what to fetch, as it was written
 * @param source what to fetch
 * @param type how it is written
 */
record Fetch(String name, String written, Source source, Type type) {
  private static final Pattern ARGUMENT =
      Pattern.compile("(?:([A-Za-z_]\\w*)=)?([^:=]+)(?::([usx])(8|16|32|64))?");

  /** Where a number comes from. */
  sealed interface Source {
    /** A register. */
    record Register(String name) implements Source {}

    /** The number itself. */
    record Constant(long value) implements Source {}

    /** The name of the thread. */
    record Thread() implements Source {}
  }

  /**
   * How a number is written.
   *
   * @param letter u, s or x: unsigned, signed, in base 16
   * @param bits how many of them
   */
  record Type(char letter, int bits) {
    private static final Type DEFAULT = new Type('x', Long.SIZE);

    String write(long value) {
      int unused = Long.SIZE - bits;
      long signed = value << unused >> unused;
      long unsigned = value << unused >>> unused;
      return switch (letter) {
        case 's' -> Long.toString(signed);
        case 'u' -> Long.toUnsignedString(unsigned);
        default -> "0x" + Long.toHexString(unsigned);
      };
    }
  }

  static Fetch parse(String word, int index, boolean isReturn, CallingConvention machine) {
    Matcher argument = ARGUMENT.matcher(word);
    if (!argument.matches()) {
      throw Definition.wrong("no argument, which is [NAME=]FETCH[:TYPE]: " + word);
    }
    String fetch = argument.group(2);
    Type type =
        argument.group(3) == null
            ? Type.DEFAULT
            : new Type(argument.group(3).charAt(0), Integer.parseInt(argument.group(4)));
    return new Fetch(
        argument.group(1) == null ? "arg" + index : argument.group(1),
        fetch,
        source(fetch, isReturn, machine),
        type);
  }

  private static Source source(String fetch, boolean isReturn, CallingConvention machine) {
    String rest = fetch.substring(1);
    if (fetch.startsWith("%")) {
      return new Source.Register(machine.register(rest));
    }
    if (fetch.startsWith("\\")) {
      return new Source.Constant(Definition.number(rest));
    }
    if (fetch.matches("\\$arg\\d{1,9}")) {
      if (isReturn) {
        throw Definition.wrong(fetch + " is there when a function is entered: begin with p");
      }
      return new Source.Register(machine.argument(Integer.parseInt(fetch.substring(4))));
    }
    return switch (fetch) {
      case "$retval" -> {
        if (!isReturn) {
          throw Definition.wrong("$retval is there when a function returns: begin with r");
        }
        yield new Source.Register(machine.result());
      }
      case "$stack" -> new Source.Register(machine.registers().getFirst());
      case "$comm" -> new Source.Thread();
      default ->
          throw Definition.wrong(
              "cannot fetch %s: there are %%register, $arg1…, $retval (of returns), $stack, $comm and \\number; memory is not read"
                  .formatted(fetch));
    };
  }

  String fetch(Registers registers) {
    return name
        + "="
        + switch (source) {
          case Source.Register(String register) -> type.write(registers.get(register));
          case Source.Constant(long value) -> type.write(value);
          case Source.Thread() -> '"' + Thread.currentThread().getName() + '"';
        };
  }

  @Override
  public String toString() {
    String suffix = type.equals(Type.DEFAULT) ? "" : ":" + type.letter() + type.bits();
    return name + "=" + written + suffix;
  }
}
