package org.jitalloc.modules.access;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Compares the licence tag of a module with the SPDX expressions of its sources. The tag tells
 * less: it has no version, and of each other licence only the family.
 */
public final class SpdxTag {
  private static final Set<String> GPL =
      Set.of(
          "GPL-1.0+",
          "GPL-1.0-or-later",
          "GPL-2.0",
          "GPL-2.0+",
          "GPL-2.0-only",
          "GPL-2.0-or-later");

  /** Families of licences that ask for nothing the GPL forbids. */
  private static final Set<String> PERMISSIVE =
      Set.of("BSD-2-Clause", "BSD-3-Clause", "BSD", "MIT", "X11", "ISC", "Zlib", "CC0", "0BSD");

  private SpdxTag() {}

  /**
   * Tells whether a text is an expression that can be compared.
   *
   * @param text the text
   * @return whether it is names between {@code OR} and {@code AND}, whatever they are the names of
   */
  public static boolean isExpression(String text) {
    return choices(text).stream().flatMap(Set::stream).allMatch(name -> name.matches("[\\w.+:-]+"));
  }

  /**
   * The tag that fits an expression.
   *
   * @param expression as {@code GPL-2.0-or-later OR BSD-3-Clause}; what comes after {@code WITH}
   *     does not matter, parentheses are not told from blanks
   * @return the tag; {@code Proprietary} where the expression offers nothing that a kernel can be
   *     linked with
   */
  public static String tagFor(String expression) {
    List<Set<String>> choices = choices(expression);
    if (choices.stream().noneMatch(choice -> choice.stream().allMatch(SpdxTag::isCompatible))) {
      return "Proprietary";
    }
    for (var other : List.of("BSD", "MIT", "MPL")) {
      if (choices.stream().anyMatch(choice -> choice.stream().allMatch(isOf(other)))) {
        return "Dual %s/GPL".formatted(other);
      }
    }
    return "GPL";
  }

  /**
   * Whether a module's tag says what its sources say.
   *
   * @param tag the module's
   * @param expression of its sources
   * @return whether it is the {@linkplain #tagFor fitting one}, or another name for it
   */
  public static boolean fits(String tag, String expression) {
    String expected = tagFor(expression);
    boolean isGpl = tag.equals("GPL v2") || tag.equals("GPL and additional rights");
    return tag.equals(expected) || isGpl && expected.equals("GPL");
  }

  private static List<Set<String>> choices(String expression) {
    String plain = expression.replaceAll("[()]", " ").replaceAll("\\s+WITH\\s+\\S+", " ").strip();
    return Arrays.stream(plain.split("\\s+OR\\s+"))
        .map(
            choice ->
                Arrays.stream(choice.strip().split("\\s+AND\\s+")).collect(Collectors.toSet()))
        .toList();
  }

  private static boolean isCompatible(String licence) {
    return GPL.contains(licence)
        || licence.startsWith("LGPL-2")
        || PERMISSIVE.stream().anyMatch(family -> isOf(family).test(licence));
  }

  private static Predicate<String> isOf(String family) {
    return licence -> licence.equals(family) || licence.startsWith(family + "-");
  }
}
