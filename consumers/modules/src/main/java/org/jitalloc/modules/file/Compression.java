package org.jitalloc.modules.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/** How the files of modules are compressed. What begins a file tells it, as names may lie. */
public enum Compression {
  /** By gzip. */
  GZIP("gz", "1f8b", GZIPInputStream::new),
  /** By xz. */
  XZ("xz", "fd377a585a00", stream -> new XZInputStream(stream, 1 << (Compression.MOST_LOG - 10))),
  /** By zstd. */
  ZSTD("zst", "28b52ffd", Compression::openZstd),
  /** Not at all. */
  NONE("", "", stream -> stream);

  /**
   * The logarithm of the most bytes that a file may make a decompressor take: 128 MiB, as much as
   * zstd --ultra -22 takes, and xz -9 takes half of it.
   */
  private static final int MOST_LOG = 27;

  private final String ending;
  private final byte[] start;
  private final Opener opener;

  private interface Opener {
    InputStream open(InputStream stream) throws IOException;
  }

  Compression(String ending, String start, Opener opener) {
    this.ending = ending;
    this.start = HexFormat.of().parseHex(start);
    this.opener = opener;
  }

  /** What it takes is native code, so where that is missing only these files are refused. */
  private static InputStream openZstd(InputStream stream) throws IOException {
    try {
      return Zstd.open(stream, MOST_LOG);
    } catch (LinkageError missing) {
      throw new IOException(
          "zstd-jni cannot be used on this %s (%s); unpack the file first (unzstd)"
              .formatted(System.getProperty("os.arch"), missing),
          missing);
    }
  }

  /**
   * Looks at what a file begins with.
   *
   * @param file its bytes, from index 0 to the limit
   * @return how it is compressed
   */
  public static Compression of(ByteBuffer file) {
    for (Compression one : List.of(GZIP, XZ, ZSTD)) {
      if (file.limit() >= one.start.length
          && file.slice(0, one.start.length).equals(ByteBuffer.wrap(one.start))) {
        return one;
      }
    }
    return NONE;
  }

  /** {@return what the names of such files end with, without the dot; empty if nothing} */
  public String ending() {
    return ending;
  }

  /**
   * Decompresses.
   *
   * @param stream what is compressed
   * @return what it stands for
   * @throws IOException if it is damaged, or nothing here can decompress it
   */
  public InputStream open(InputStream stream) throws IOException {
    return opener.open(stream);
  }
}
