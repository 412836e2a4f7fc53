package org.jitalloc.arch.s390.probe;

import static java.util.Map.entry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The defined operations, up to the processors of 2022 (z16). */
final class Operations {
  /*
   * Each digit is a mask of four operations, the lowest first: 8 for the first of them, 1 for the
   * last. The first byte is the operation, or determines where the rest of it is: in the second
   * byte, in the last, or in half of the second. Later operations are missing and are refused,
   * because their operands are unknown.
   */
  private static final String FIRST_BYTE =
      "4f3fffffffffffffffffcfff81ffc0ffbffffff005cf7377af88ff7f77fff0fc";

  private static final Map<Integer, String> BY_SECOND_BYTE =
      Map.ofEntries(
          entry(0x01, "693e000000000000000000000000000000000000000000000000000000000001"),
          entry(0xb2, "eff4e8e07ffffff8cfffada610000bcc8f03004c0700e0c400000000cc8c00a9"),
          entry(0xb3, "ffffffff0e0303fffffcd1d1f740ff010c08eeeeeeee0ee04ee4fffffdfd7f7f"),
          entry(0xb9, "fffffbffc7ffc0fb72707070cf003f00fff7fff7602bf00780f500f5fffcaff4"),
          entry(0xe5, "e02300000000000008880cccc000000000000000000000000000000000000000"));

  private static final Map<Integer, String> BY_LAST_BYTE =
      Map.ofEntries(
          entry(0xe3, "3aff3fffce23eafb03ccdffb0000f7f8ffc3cfcd00000000bbb5000000000000"),
          entry(0xe6, "7f73000000000d0d0040eeff0000fdfe00000000000000000000000000000000"),
          entry(0xe7, "fff23030610093a3fe24b209efffbdafef3f0d037f7f08ddfd3a0fd335b3f5df"),
          entry(0xeb, "083d080cde1dc0020c086f0000224022c00382b0000000008000000ffba03ba0"),
          entry(0xec, "00000000000000002e024f440c00f30f0000000000000000000000f00c00030f"),
          entry(0xed, "0fffedff0e030dffc0c0ccc00f0000000000000000ff00000000000000000000"));

  private static final Map<Integer, String> BY_HALF_BYTE =
      Map.ofEntries(
          entry(0xa5, "ffff"),
          entry(0xa7, "ffff"),
          entry(0xc0, "cfff"),
          entry(0xc2, "ccff"),
          entry(0xc4, "2f9f"),
          entry(0xc6, "afaf"),
          entry(0xc8, "ec00"),
          entry(0xcc, "02b5"));

  private Operations() {}

  /** Tests whether an operation is defined, by the bytes and the half byte that may contain it. */
  static boolean exist(int first, int second, int last) {
    return has(FIRST_BYTE, first)
        && has(BY_SECOND_BYTE.get(first), second)
        && has(BY_LAST_BYTE.get(first), last)
        && has(BY_HALF_BYTE.get(first), second & 0xf);
  }

  private static boolean has(@Nullable String digits, int operation) {
    if (digits == null) {
      return true;
    }
    int four = Character.digit(digits.charAt(operation / 4), 16);
    return (four & 8 >> operation % 4) != 0;
  }
}
