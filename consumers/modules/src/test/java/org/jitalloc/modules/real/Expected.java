package org.jitalloc.modules.real;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** What the functions have to return, from definitions of what they compute. */
final class Expected {
  private Expected() {}

  /** A checksum whose most significant bit goes first. */
  static long crc(int width, long polynomial, long start, byte[] data) {
    long top = 1L << width - 1;
    long mask = width == 64 ? -1 : (1L << width) - 1;
    long crc = start & mask;
    for (byte b : data) {
      for (int bit = 7; bit >= 0; bit--) {
        boolean out = (crc & top) != 0 ^ (b >> bit & 1) != 0;
        crc = (crc << 1 ^ (out ? polynomial : 0)) & mask;
      }
    }
    return crc;
  }

  /** A checksum whose least significant bit goes first; so is the polynomial given. */
  static long reflectedCrc(int width, long polynomial, long start, byte[] data) {
    long mask = width == 64 ? -1 : (1L << width) - 1;
    long crc = start & mask;
    for (byte b : data) {
      for (int bit = 0; bit < 8; bit++) {
        boolean out = (crc & 1) != 0 ^ (b >> bit & 1) != 0;
        crc = crc >>> 1 ^ (out ? polynomial : 0);
      }
    }
    return crc & mask;
  }

  static byte[] encrypted(String cipher, byte[] key, byte[] data) throws GeneralSecurityException {
    Cipher java = Cipher.getInstance(cipher);
    java.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, cipher.replaceAll("/.*", "")));
    return java.doFinal(data);
  }

  /** RFC 8439, 2.5: for whole blocks. */
  static byte[] poly1305(byte[] key, byte[] pad, byte[] data) {
    BigInteger prime = BigInteger.TWO.pow(130).subtract(BigInteger.valueOf(5));
    BigInteger r = little(key).and(new BigInteger("0ffffffc0ffffffc0ffffffc0fffffff", 16));
    BigInteger sum = BigInteger.ZERO;
    for (int at = 0; at < data.length; at += 16) {
      BigInteger block = little(Arrays.copyOfRange(data, at, at + 16)).setBit(128);
      sum = sum.add(block).multiply(r).mod(prime);
    }
    byte[] big = sum.add(little(pad)).toByteArray();
    var tag = new byte[16];
    for (int i = 0; i < tag.length && i < big.length; i++) {
      tag[i] = big[big.length - 1 - i];
    }
    return tag;
  }

  private static BigInteger little(byte[] bytes) {
    var big = new byte[bytes.length];
    for (int i = 0; i < big.length; i++) {
      big[i] = bytes[bytes.length - 1 - i];
    }
    return new BigInteger(1, big);
  }

  /** What an LZ4 block stands for. */
  static byte[] unpackedLz4(byte[] block, int length) {
    var out = new byte[length];
    int from = 0;
    int to = 0;
    while (true) {
      int token = block[from++] & 0xff;
      int literals = token >> 4;
      for (int more = literals == 15 ? 255 : 0; more == 255; literals += more) {
        more = block[from++] & 0xff;
      }
      System.arraycopy(block, from, out, to, literals);
      from += literals;
      to += literals;
      if (from == block.length) {
        return Arrays.copyOf(out, to);
      }
      int distance = block[from++] & 0xff | (block[from++] & 0xff) << 8;
      int match = token & 15;
      for (int more = match == 15 ? 255 : 0; more == 255; match += more) {
        more = block[from++] & 0xff;
      }
      for (int end = to + match + 4; to < end; to++) {
        out[to] = out[to - distance];
      }
    }
  }

  /** The nearest fraction within limits, by trying all denominators. */
  static long[] nearest(long numerator, long denominator, long mostNumerator, long most) {
    long[] best = {0, 1};
    double wanted = (double) numerator / denominator;
    for (long d = 1; d <= most; d++) {
      long n = Math.min(Math.round(wanted * d), mostNumerator);
      if (Math.abs((double) n / d - wanted) < Math.abs((double) best[0] / best[1] - wanted)) {
        best = new long[] {n, d};
      }
    }
    return best;
  }
}
