package org.jitalloc.modules.parameters;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a parameter can hold, by the names that modules have in {@code parmtype}. */
public enum ParameterType {
  /** Eight bits without sign. */
  BYTE(false, 8, 1),
  /** Sixteen bits with sign. */
  SHORT(true, 16, 2),
  /** Sixteen bits without sign. */
  USHORT(false, 16, 2),
  /** Thirty-two bits with sign. */
  INT(true, 32, 4),
  /** Thirty-two bits without sign. */
  UINT(false, 32, 4),
  /** A word with sign. */
  LONG(true, 64, 8),
  /** A word without sign. */
  ULONG(false, 64, 8),
  /** Sixty-four bits without sign. */
  ULLONG(false, 64, 8),
  /** Thirty-two bits without sign, printed in hexadecimal. */
  HEXINT(false, 32, 4),
  /** Yes or no. */
  BOOL(false, 1, 1),
  /** Yes or no, stored as the opposite. */
  INVBOOL(false, 1, 1),
  /** Yes or no, stored as an int. */
  BINT(false, 1, 4),
  /** Text, of up to {@link #LONGEST_TEXT} bytes. */
  CHARP(false, 0, 8),
  /** Text, stored in the module. */
  STRING(false, 0, 8);

  /** More than that, no text may have. */
  public static final int LONGEST_TEXT = 1024;

  /** More than 64 bits need in any base, with zeros in front. */
  private static final int LONGEST_NUMBER = 128;

  private static final String ARRAY = "array of ";

  private final BigInteger least;
  private final BigInteger most;
  private final boolean signed;
  private final int storedBytes;

  ParameterType(boolean signed, int bits, int storedBytes) {
    this.signed = signed;
    this.storedBytes = storedBytes;
    int magnitude = signed ? bits - 1 : bits;
    most = BigInteger.ONE.shiftLeft(magnitude).subtract(BigInteger.ONE);
    least = signed ? most.not() : BigInteger.ZERO;
  }

  /**
   * Finds a type.
   *
   * @param name as {@code uint}, or {@code array of uint}
   * @return the type, of one element; empty if it is one that a module defines itself
   */
  public static Optional<ParameterType> named(String name) {
    String element = isArray(name) ? name.substring(ARRAY.length()) : name;
    return Arrays.stream(values())
        .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(element))
        .findFirst();
  }

  /**
   * Whether a name is that of an array.
   *
   * @param name as {@code array of uint}
   * @return whether it is
   */
  public static boolean isArray(String name) {
    return name.startsWith(ARRAY);
  }

  /** {@return whether its numbers have a sign} */
  public boolean isSigned() {
    return signed;
  }

  /** {@return how many bytes a value takes in a module; of text, the pointer to it} */
  public int storedBytes() {
    return storedBytes;
  }

  /**
   * Whether the parameter may be given without a value.
   *
   * @return whether that means yes
   */
  public boolean mayLackValue() {
    return this == BOOL || this == BINT;
  }

  /**
   * Reads a value.
   *
   * @param text what comes after {@code =}; null if there is no {@code =}
   * @return the value, or why it is none
   */
  public ParameterValue parse(@Nullable String text) {
    if (text == null) {
      return mayLackValue()
          ? new ParameterValue.Flag(true)
          : ParameterValue.refused("needs a value", ParameterValue.EINVAL);
    }
    return switch (this) {
      case BOOL, BINT -> flag(text, false);
      case INVBOOL -> flag(text, true);
      case CHARP, STRING -> text(text);
      default -> number(text);
    };
  }

  /**
   * Reads the value of an array: elements divided by commas.
   *
   * @param text what comes after {@code =}; null if there is no {@code =}
   * @param most how many elements there may be
   * @return the elements, or why they are none
   */
  public ParameterValue parseArray(@Nullable String text, int most) {
    if (text == null) {
      return parse(null);
    }
    List<ParameterValue> elements = Arrays.stream(text.split(",", -1)).map(this::parse).toList();
    for (ParameterValue element : elements) {
      if (element instanceof ParameterValue.Refused) {
        return element;
      }
    }
    return elements.size() > most
        ? ParameterValue.refused(
            "has %d elements and may have %d".formatted(elements.size(), most),
            ParameterValue.EINVAL)
        : new ParameterValue.Elements(elements);
  }

  private static ParameterValue flag(String text, boolean isInverted) {
    String start =
        text.length() > 1 && "oO".indexOf(text.charAt(0)) >= 0
            ? text.substring(0, 2).toLowerCase(Locale.ROOT)
            : text.isEmpty() ? "" : text.substring(0, 1);
    return switch (start) {
      case "y", "Y", "t", "T", "1", "on" -> new ParameterValue.Flag(!isInverted);
      case "n", "N", "f", "F", "0", "of" -> new ParameterValue.Flag(isInverted);
      default ->
          ParameterValue.refused(
              "'%s' is neither yes nor no".formatted(text), ParameterValue.EINVAL);
    };
  }

  private static ParameterValue text(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return bytes > LONGEST_TEXT
        ? ParameterValue.refused(
            "text of %d bytes; %d are allowed".formatted(bytes, LONGEST_TEXT),
            ParameterValue.ENOSPC)
        : new ParameterValue.Text(text);
  }

  private ParameterValue number(String text) {
    if (text.length() > LONGEST_NUMBER) {
      return ParameterValue.refused(
          "a number of %d characters; %d are allowed".formatted(text.length(), LONGEST_NUMBER),
          ParameterValue.EINVAL);
    }
    String digits = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    boolean isNegative = digits.startsWith("-");
    if (isNegative && least.signum() == 0) {
      return ParameterValue.refused("'%s' is negative".formatted(text), ParameterValue.EINVAL);
    }
    Optional<BigInteger> magnitude =
        magnitude(isNegative || digits.startsWith("+") ? digits.substring(1) : digits);
    if (magnitude.isEmpty()) {
      return ParameterValue.refused("'%s' is no number".formatted(text), ParameterValue.EINVAL);
    }
    BigInteger value = isNegative ? magnitude.get().negate() : magnitude.get();
    return value.compareTo(least) < 0 || value.compareTo(most) > 0
        ? ParameterValue.refused(
            "%s is not within %s..%s".formatted(value, least, most), ParameterValue.ERANGE)
        : new ParameterValue.Number(value);
  }

  /** Digits of base 16 after {@code 0x}, of base 8 after {@code 0}, else of base 10. */
  private static Optional<BigInteger> magnitude(String text) {
    boolean isHex = text.matches("0[xX][0-9a-fA-F]+");
    boolean isOctal = !isHex && text.matches("0[0-7]*");
    if (!isHex && !isOctal && !text.matches("[1-9][0-9]*")) {
      return Optional.empty();
    }
    return Optional.of(
        isHex ? new BigInteger(text.substring(2), 16) : new BigInteger(text, isOctal ? 8 : 10));
  }
}
