package org.jitalloc.modules.signature;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads DER, element by element. Everything is checked before it is read; what is wrong is an
 * {@link IllegalArgumentException}.
 */
final class Der {
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int OBJECT_ID = 0x06;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private static final int LONG_FORM = 0x80;
  private static final int MOST_LENGTH_BYTES = 4;

  private final ByteBuffer rest;

  /**
   * An element.
   *
   * @param tag which kind
   * @param content without tag and length
   * @param whole with them
   */
  record Element(int tag, ByteBuffer content, ByteBuffer whole) {
    Der open() {
      return new Der(content);
    }

    byte[] bytes() {
      return copy(content);
    }

    byte[] wholeBytes() {
      return copy(whole);
    }

    private static byte[] copy(ByteBuffer from) {
      var bytes = new byte[from.limit()];
      from.get(0, bytes);
      return bytes;
    }
  }

  Der(ByteBuffer bytes) {
    rest = bytes.slice();
  }

  /** A tag that depends on what it is in. {@return as it is constructed of others} */
  static int context(int number) {
    return 0xa0 | number;
  }

  boolean hasMore() {
    return rest.hasRemaining();
  }

  boolean isNext(int tag) {
    return hasMore() && (rest.get(rest.position()) & 0xff) == tag;
  }

  Element next(int tag) {
    Element element = next();
    if (element.tag() != tag) {
      throw new IllegalArgumentException(
          "element 0x%02x where 0x%02x is expected".formatted(element.tag(), tag));
    }
    return element;
  }

  Element next() {
    int start = rest.position();
    if (rest.remaining() < 2) {
      throw new IllegalArgumentException("an element ends early");
    }
    int tag = rest.get() & 0xff;
    long length = rest.get() & 0xff;
    if (length >= LONG_FORM) {
      length = longLength((int) length - LONG_FORM);
    }
    if (length > rest.remaining()) {
      throw new IllegalArgumentException(
          "element 0x%02x has %d bytes, and there are %d".formatted(tag, length, rest.remaining()));
    }
    ByteBuffer content = rest.slice(rest.position(), (int) length);
    rest.position(rest.position() + (int) length);
    return new Element(tag, content, rest.slice(start, rest.position() - start));
  }

  private long longLength(int bytes) {
    if (bytes == 0 || bytes > MOST_LENGTH_BYTES || bytes > rest.remaining()) {
      throw new IllegalArgumentException("a length of %d bytes".formatted(bytes));
    }
    long length = 0;
    for (int i = 0; i < bytes; i++) {
      length = length << 8 | rest.get() & 0xff;
    }
    return length;
  }

  /** {@return an object's name, as 1.2.840} */
  static String objectId(Element element) {
    byte[] bytes = element.bytes();
    if (bytes.length == 0 || bytes[bytes.length - 1] < 0) {
      throw new IllegalArgumentException(
          "an object's name that does not end: " + Arrays.toString(bytes));
    }
    var text = new StringBuilder();
    long number = 0;
    for (byte b : bytes) {
      number = number << 7 | b & 0x7f;
      if (b >= 0) {
        text.append(text.isEmpty() ? first(number) : "." + number);
        number = 0;
      }
    }
    return text.toString();
  }

  /** The first two numbers are one. */
  private static String first(long number) {
    long top = Math.min(number / 40, 2);
    return top + "." + (number - 40 * top);
  }
}
