package org.jitalloc.modules.signature;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The signature at the end of a file: after the module come a PKCS #7 message, a trailer of 12
 * bytes (big-endian) and a marker.
 */
sealed interface AppendedSignature {
  /** The last bytes of a signed module. */
  String MARKER = "~Module signature appended~\n";

  /** The size of the trailer in bytes. */
  int TRAILER_BYTES = 12;

  /** The trailer's number for PKCS #7. */
  int PKCS7 = 2;

  /** The file has no signature. */
  record None() implements AppendedSignature {}

  /**
   * The file has a signature.
   *
   * @param module the bytes that are signed
   * @param message the PKCS #7 message
   */
  record Found(ByteBuffer module, ByteBuffer message) implements AppendedSignature {}

  /**
   * The file has a signature that is not PKCS #7.
   *
   * @param kind the trailer's number for it
   */
  record OtherKind(int kind) implements AppendedSignature {}

  /**
   * The trailer is malformed.
   *
   * @param problem what is wrong
   */
  record Damaged(String problem) implements AppendedSignature {}

  /** Finds it. Checks the trailer in the order in which a kernel checks it. */
  static AppendedSignature find(ByteBuffer file) {
    ByteBuffer bytes = file.slice().order(ByteOrder.BIG_ENDIAN);
    byte[] marker = MARKER.getBytes(StandardCharsets.US_ASCII);
    int end = bytes.limit() - marker.length;
    if (end < 0 || !bytes.slice(end, marker.length).equals(ByteBuffer.wrap(marker))) {
      return new None();
    }
    int trailer = end - TRAILER_BYTES;
    if (trailer <= 0) {
      return new Damaged("%d bytes are too few for a signature".formatted(end));
    }
    long length = Integer.toUnsignedLong(bytes.getInt(trailer + TRAILER_BYTES - 4));
    if (length >= trailer) {
      return new Damaged("a signature of %d bytes in a file of %d".formatted(length, end));
    }
    int kind = Byte.toUnsignedInt(bytes.get(trailer + 2));
    if (kind != PKCS7) {
      return new OtherKind(kind);
    }
    // For PKCS #7, all else is in the message, and has to be 0 here.
    if (bytes.getShort(trailer) != 0
        || bytes.getInt(trailer + 3) != 0
        || bytes.get(trailer + 7) != 0) {
      return new Damaged("fields that must be 0 in a PKCS #7 signature are not");
    }
    int start = trailer - (int) length;
    return new Found(bytes.slice(0, start), bytes.slice(start, (int) length));
  }
}
