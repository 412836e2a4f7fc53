package org.jitalloc.modules.stats;

/**
 * How large the file of a module was, in memory.
 *
 * @param bytes of the file, after decompression
 * @param compressedBytes of the file as it was read, if it was compressed, else 0
 */
public record ImageBytes(long bytes, long compressedBytes) {

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if a number is negative
   */
  public ImageBytes {
    if (bytes < 0 || compressedBytes < 0) {
      throw new IllegalArgumentException(
          "bytes=%d compressedBytes=%d".formatted(bytes, compressedBytes));
    }
  }

  /**
   * A file that was not compressed.
   *
   * @param bytes of the file
   * @return its size
   */
  public static ImageBytes plain(long bytes) {
    return new ImageBytes(bytes, 0);
  }
}
