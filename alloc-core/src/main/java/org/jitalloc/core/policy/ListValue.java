package org.jitalloc.core.policy;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The value of a configuration key that takes a list.
 *
 * @param key the key, for messages
 * @param elements the elements of the list, without surrounding white space; none is empty
 */
record ListValue(String key, List<String> elements) {

  /** Splits each text at its commas. */
  static ListValue split(String key, Collection<String> texts) {
    return new ListValue(
        key,
        texts.stream()
            .flatMap(text -> Arrays.stream(text.split(",")))
            .map(String::strip)
            .filter(element -> !element.isEmpty())
            .toList());
  }

  /** {@return the elements, or {@code otherwise} if there are none} */
  List<String> orElse(List<String> otherwise) {
    return elements.isEmpty() ? otherwise : elements;
  }

  /**
   * Replaces each element with the value whose {@code toString()} equals it, ignoring case.
   *
   * @param values all values that the key accepts
   * @return the values that the elements name; all values if the list is empty
   * @throws IllegalArgumentException if an element names none of {@code values}
   */
  <T> Set<T> among(Collection<T> values) {
    Set<T> found = new LinkedHashSet<>();
    for (String element : elements) {
      found.add(
          values.stream()
              .filter(value -> value.toString().equalsIgnoreCase(element))
              .findFirst()
              .orElseThrow(() -> unknown(element, values)));
    }
    return Set.copyOf(found.isEmpty() ? values : found);
  }

  private IllegalArgumentException unknown(String element, Collection<?> values) {
    return new IllegalArgumentException(
        "%s=%s; expected one of %s"
            .formatted(
                key,
                element,
                values.stream().map(Object::toString).collect(Collectors.joining(", "))));
  }
}
