package org.jitalloc.modules.signature;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Where a module ends and its signature begins: module, PKCS #7 message, 12 bytes that tell about
 * it, and a line of text.
 */
sealed interface AppendedSignature {
  /** The last line of a signed module. */
  String MARKER = "~Module signature appended~\n";

  /** How many bytes tell about the signature. */
  int TRAILER_BYTES = 12;

  /** The number of PKCS #7 among kinds of signatures. */
  int PKCS7 = 2;

  /** There is none. */
  record None() implements AppendedSignature {}

  /**
   * There is one.
   *
   * @param module what is signed
   * @param message the PKCS #7 message
   */
  record Found(ByteBuffer module, ByteBuffer message) implements AppendedSignature {}

  /**
   * There is something that should be one.
   *
   * @param problem what is wrong
   */
  record Damaged(String problem) implements AppendedSignature {}

  /** Looks for it. */
  static AppendedSignature find(ByteBuffer file) {
    ByteBuffer bytes = file.slice().order(ByteOrder.BIG_ENDIAN);
    byte[] marker = MARKER.getBytes(StandardCharsets.US_ASCII);
    int end = bytes.limit() - marker.length;
    if (end < 0 || !bytes.slice(end, marker.length).equals(ByteBuffer.wrap(marker))) {
      return new None();
    }
    int trailer = end - TRAILER_BYTES;
    if (trailer < 0) {
      return new Damaged("%d bytes are too few for a signature".formatted(end));
    }
    long length = Integer.toUnsignedLong(bytes.getInt(trailer + TRAILER_BYTES - 4));
    if (length > trailer) {
      return new Damaged("a signature of %d bytes in a file of %d".formatted(length, end));
    }
    int kind = bytes.get(trailer + 2);
    // For PKCS #7, all else is in the message, and has to be 0 here.
    boolean isPlain =
        bytes.getShort(trailer) == 0
            && bytes.getInt(trailer + 3) == 0
            && bytes.get(trailer + 7) == 0;
    if (kind != PKCS7 || !isPlain) {
      return new Damaged(
          "a signature of kind %d, not PKCS #7, or with wrong fields".formatted(kind));
    }
    int start = trailer - (int) length;
    return new Found(bytes.slice(0, start), bytes.slice(start, (int) length));
  }
}
