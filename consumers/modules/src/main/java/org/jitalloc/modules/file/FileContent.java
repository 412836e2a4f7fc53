package org.jitalloc.modules.file;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.IntFunction;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;

/**
 * What is in the file of a module or object. It is read once, and decompressed if it is compressed
 * in a way that modules are: so what is checked is what is loaded, whatever becomes of the file.
 *
 * @param bytes what the module is, from 0 to the limit, in the heap
 * @param compressedBytes the size of the file if it is compressed, else 0
 */
public record FileContent(ByteBuffer bytes, long compressedBytes) {
  /** The most that is read or decompressed, in bytes; the largest modules have about 100 MiB. */
  static final int MOST_BYTES = mostBytes(Runtime.getRuntime().maxMemory());

  private static final int LARGEST_LIMIT = 1 << 30;

  /** Decompressing needs its result twice for a moment. */
  private static final int PART_OF_HEAP = 4;

  /** {@return the limit for a heap that can grow to a size in bytes} */
  static int mostBytes(long heapBytes) {
    return (int) Math.min(LARGEST_LIMIT, heapBytes / PART_OF_HEAP);
  }

  /**
   * Reads a file.
   *
   * @param path the file
   * @return what is in it
   * @throws ModuleException UNREADABLE if it cannot be read; COMPRESSION if it is compressed, and
   *     damaged; UNSUPPORTED if it is too large
   */
  public static FileContent read(Path path) {
    return content(path, stored(path, byte[]::new));
  }

  /**
   * Reads a file, perhaps to where another one was.
   *
   * @param path the file
   * @param buffers gives the place; {@link #giveBack} gives it back
   * @return what is in it
   * @throws ModuleException as above
   */
  public static FileContent read(Path path, ReadBuffers buffers) {
    ByteBuffer stored = stored(path, buffers::take);
    FileContent content = content(path, stored);
    if (content.compressedBytes() > 0) {
      buffers.give(stored.array());
    }
    return content;
  }

  private static FileContent content(Path path, ByteBuffer stored) {
    Compression compression = Compression.of(stored);
    if (compression == Compression.NONE) {
      return new FileContent(stored, 0);
    }
    try (InputStream stream =
        compression.open(new ByteArrayInputStream(stored.array(), 0, stored.limit()))) {
      byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
      requireSize(path, bytes.length);
      return new FileContent(ByteBuffer.wrap(bytes), stored.limit());
    } catch (IOException | RuntimeException damaged) {
      if (damaged instanceof ModuleException tooLarge) {
        throw tooLarge;
      }
      throw new ModuleException(
          Reason.COMPRESSION,
          "%s: cannot be decompressed as %s: %s"
              .formatted(path, compression.ending(), damaged.getMessage()),
          damaged);
    }
  }

  /** By a stream, not by a channel: that an interrupted thread would close. */
  private static ByteBuffer stored(Path path, IntFunction<byte[]> places) {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      // Opening a FIFO would wait for a writer.
      throw new ModuleException(Reason.UNREADABLE, "not a regular file: " + path);
    }
    try (InputStream stream = Files.newInputStream(path)) {
      long bytes = Files.size(path);
      requireSize(path, bytes);
      byte[] place = places.apply((int) bytes);
      return ByteBuffer.wrap(place, 0, stream.readNBytes(place, 0, (int) bytes));
    } catch (NoSuchFileException missing) {
      throw new ModuleException(Reason.UNREADABLE, "no such file: " + path, missing);
    } catch (IOException failure) {
      throw new ModuleException(
          Reason.UNREADABLE, "cannot read %s: %s".formatted(path, failure.getMessage()), failure);
    }
  }

  /**
   * Ends the use of {@link #bytes}: the place may get another file.
   *
   * @param buffers what gave the place
   */
  public void giveBack(ReadBuffers buffers) {
    buffers.give(bytes.array());
  }

  private static void requireSize(Path path, long bytes) {
    if (bytes > MOST_BYTES) {
      throw new ModuleException(
          Reason.UNSUPPORTED,
          "%s: longer than %d MiB, which is a quarter of the heap (-Xmx) and at most %d MiB: bytes=%d"
              .formatted(path, MOST_BYTES >> 20, LARGEST_LIMIT >> 20, bytes));
    }
  }
}
