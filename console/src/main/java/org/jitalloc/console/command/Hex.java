package org.jitalloc.console.command;

import java.util.Arrays;

/** Bytes as text: two hexadecimal digits for each byte, with blanks anywhere. */
public final class Hex {
  private Hex() {}

  /**
   * Reads bytes.
   *
   * @param text digits and blanks
   * @param what the name of the text, for the error
   * @return the bytes
   * @throws CommandException if the text has another character, or an odd number of digits
   */
  public static byte[] parse(CharSequence text, String what) {
    var bytes = new byte[(text.length() + 1) / 2];
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        continue;
      }
      int value = c < 128 ? Character.digit(c, 16) : -1;
      if (value < 0) {
        throw new CommandException(
            "%s: '%c' at position %d is no hexadecimal digit".formatted(what, c, i));
      }
      bytes[digits / 2] |= (byte) (digits % 2 == 0 ? value << 4 : value);
      digits++;
    }
    if (digits % 2 != 0) {
      throw new CommandException(
          "%s: %d hexadecimal digits are no whole bytes".formatted(what, digits));
    }
    return Arrays.copyOf(bytes, digits / 2);
  }

  /** {@return whether the bytes of a file are only digits and blanks} */
  public static boolean isText(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0 || (Character.digit(b, 16) < 0 && !Character.isWhitespace(b))) {
        return false;
      }
    }
    return true;
  }
}
