package org.jitalloc.arch.x86.decode;

/**
 * Sets of combinations of mandatory prefix, W, L, memory or register operand, and ModRM.reg, in the
 * notation of opcodes.txt. A set has eight words, one for each ModRM.reg.
 */
final class Combinations {
  static final int WORDS = 8;

  private static final int PREFIXES = 4;

  private Combinations() {}

  /** {@return the bit of a combination in the word of its ModRM.reg} */
  static int bit(int prefix, int w, int l, int registers) {
    return prefix | w << 2 | l << 3 | registers << 5;
  }

  /** Adds the combinations of one word of a line. */
  static void add(long[] set, String term) {
    int prefixes = 0;
    int ws = 0b11;
    int ls = 0b1111;
    String operands = "mr";
    for (String part : term.split("\\.")) {
      switch (part.charAt(0)) {
        case 'W' -> ws = digits(part.substring(1));
        case 'L' -> ls = digits(part.substring(1));
        case 'm', 'r' -> operands = part;
        default -> prefixes = prefixes(part);
      }
    }
    long combinations = combinations(prefixes, ws, ls);
    int r = operands.indexOf('r');
    String memory = r < 0 ? operands : operands.substring(0, r);
    if (!memory.isEmpty()) {
      add(set, memory.substring(1), combinations);
    }
    if (r >= 0) {
      add(set, operands.substring(r + 1), combinations << bit(0, 0, 0, 1));
    }
  }

  private static void add(long[] set, String numbers, long combinations) {
    int which = numbers.isEmpty() ? 0xff : digits(numbers);
    for (int reg = 0; reg < WORDS; reg++) {
      if ((which >> reg & 1) != 0) {
        set[reg] |= combinations;
      }
    }
  }

  private static long combinations(int prefixes, int ws, int ls) {
    long all = 0;
    for (int i = 0; i < bit(0, 0, 0, 1); i++) {
      boolean in =
          (prefixes >> (i & PREFIXES - 1) & 1) != 0
              && (ws >> (i >> 2 & 1) & 1) != 0
              && (ls >> (i >> 3) & 1) != 0;
      if (in) {
        all |= 1L << i;
      }
    }
    return all;
  }

  /** {@return the numbers of mandatory prefixes as a set} */
  static int prefixes(String names) {
    int set = 0;
    for (String name : names.split("\\+")) {
      set |=
          switch (name) {
            case "np" -> 1;
            case "66" -> 1 << 1;
            case "f3" -> 1 << 2;
            case "f2" -> 1 << 3;
            case "any" -> 0b1111;
            default -> throw new IllegalArgumentException("no prefix: '%s'".formatted(name));
          };
    }
    return set;
  }

  /** {@return digits as a set} */
  static int digits(String digits) {
    int set = 0;
    for (int i = 0; i < digits.length(); i++) {
      set |= 1 << Character.digit(digits.charAt(i), 8);
    }
    return set;
  }
}
