package org.jitalloc.modules.file;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The array that the last file was in, for the next one: loading thousands of modules makes garbage
 * of all their files otherwise, whose pages the system has to give one by one. Thread-safe; of
 * several that are given back at once one is kept.
 */
public final class ReadBuffers {
  /** Nearly all modules are smaller; the array is kept as long as the loader is. */
  private static final int MOST_BYTES_KEPT = 1 << 20;

  private final AtomicReference<byte @Nullable []> kept = new AtomicReference<>();

  /** Makes it without an array. */
  public ReadBuffers() {}

  /** An array of at least this size, with anything in it. */
  byte[] take(int bytes) {
    if (bytes > MOST_BYTES_KEPT) {
      return new byte[bytes];
    }
    byte[] found = kept.getAndSet(null);
    return found == null ? new byte[MOST_BYTES_KEPT] : found;
  }

  void give(byte[] buffer) {
    if (buffer.length == MOST_BYTES_KEPT) {
      kept.set(buffer);
    }
  }
}
