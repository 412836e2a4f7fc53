package org.jitalloc.modules.elf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;

/**
 * A file, mapped as long as this is open. For the thread that opened it. A file that somebody cuts
 * off meanwhile ends the load with an error of the virtual machine, as any mapping does.
 */
public final class MappedFile implements AutoCloseable {
  private final Arena arena;
  private final ByteBuffer bytes;

  private MappedFile(Arena arena, ByteBuffer bytes) {
    this.arena = arena;
    this.bytes = bytes;
  }

  /**
   * Opens a file.
   *
   * @param path the file
   * @return the file, to be closed
   * @throws ModuleException UNREADABLE if it cannot be read
   */
  public static MappedFile open(Path path) {
    Arena arena = Arena.ofConfined();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long length = channel.size();
      if (length > Integer.MAX_VALUE) {
        throw new ModuleException(
            Reason.UNSUPPORTED, "%s: longer than 2 GiB: bytes=%d".formatted(path, length));
      }
      ByteBuffer bytes = channel.map(MapMode.READ_ONLY, 0, length, arena).asByteBuffer();
      return new MappedFile(arena, bytes);
    } catch (NoSuchFileException missing) {
      arena.close();
      throw new ModuleException(Reason.UNREADABLE, "no such file: " + path, missing);
    } catch (IOException failure) {
      arena.close();
      throw new ModuleException(
          Reason.UNREADABLE, "cannot read %s: %s".formatted(path, failure.getMessage()), failure);
    } catch (RuntimeException | Error failure) {
      arena.close();
      throw failure;
    }
  }

  /** {@return what is in the file} */
  public ByteBuffer bytes() {
    return bytes;
  }

  @Override
  public void close() {
    arena.close();
  }
}
