package org.jitalloc.modules.file;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;

/** All that names the classes of zstd-jni: a bundle may be without them. */
final class Zstd {
  private Zstd() {}

  /**
   * Decompresses.
   *
   * @param stream what is compressed
   * @param mostLog the logarithm of the largest window in bytes; a frame that wants a larger one is
   *     refused before there is memory for it
   * @return what it stands for
   * @throws IOException if there is no memory for the decompressor
   * @throws LinkageError if there is no zstd-jni, or none for this processor
   */
  static InputStream open(InputStream stream, int mostLog) throws IOException {
    // Whoever opens it closes it, so it needs no finalizer.
    return new ZstdInputStreamNoFinalizer(stream).setLongMax(mostLog);
  }
}
