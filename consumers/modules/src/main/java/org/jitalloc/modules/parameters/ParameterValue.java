package org.jitalloc.modules.parameters;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Collectors;

/** What a parameter was given. */
public sealed interface ParameterValue {
  /** Linux's number for a value that is none. */
  int EINVAL = 22;

  /** Linux's number for a value that is too long. */
  int ENOSPC = 28;

  /** Linux's number for a value that is too large or too small. */
  int ERANGE = 34;

  /**
   * Yes or no.
   *
   * @param isSet as it is stored
   */
  record Flag(boolean isSet) implements ParameterValue {}

  /**
   * A number.
   *
   * @param value within the type's range
   */
  record Number(BigInteger value) implements ParameterValue {}

  /**
   * Text.
   *
   * @param value without quotes
   */
  record Text(String value) implements ParameterValue {}

  /**
   * The elements of an array.
   *
   * @param values at least one
   */
  record Elements(List<ParameterValue> values) implements ParameterValue {
    /** Copies the list. */
    public Elements {
      values = List.copyOf(values);
    }
  }

  /**
   * It cannot be that.
   *
   * @param problem why
   * @param errno the number Linux has for it
   */
  record Refused(String problem, int errno) implements ParameterValue {}

  /**
   * Refuses.
   *
   * @param problem why
   * @param errno the number Linux has for it
   * @return a refusal
   */
  static ParameterValue refused(String problem, int errno) {
    return new Refused(problem, errno);
  }

  /**
   * What sysfs shows of it.
   *
   * @param type the parameter's
   * @return one line without its end
   */
  default String shown(ParameterType type) {
    return switch (this) {
      case Flag(boolean isSet) ->
          type == ParameterType.BINT
              ? isSet ? "1" : "0"
              : isSet == (type != ParameterType.INVBOOL) ? "Y" : "N";
      case Number(BigInteger value) ->
          type == ParameterType.HEXINT ? "0x%06x".formatted(value) : value.toString();
      case Text(String value) -> value;
      case Elements(List<ParameterValue> values) ->
          values.stream().map(value -> value.shown(type)).collect(Collectors.joining(","));
      case Refused(String problem, int _) -> problem;
    };
  }
}
