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
  XZ("xz", "fd377a585a00", stream -> new XZInputStream(stream, Compression.MOST_KIB)),
  /** By zstd, for which there is no library in Java that leaves Unsafe alone. */
  ZSTD("zst", "28b52ffd", Compression::refuse),
  /** Not at all. */
  NONE("", "", stream -> stream);

  /** The most memory that a damaged file may make a decompressor take; xz -9 takes half of it. */
  private static final int MOST_KIB = 128 << 10;

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

  private static InputStream refuse(InputStream stream) throws IOException {
    throw new IOException("there is no decompressor for it here; unpack it first (unzstd)");
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
   * @throws IOException if it is damaged
   */
  public InputStream open(InputStream stream) throws IOException {
    return opener.open(stream);
  }
}
