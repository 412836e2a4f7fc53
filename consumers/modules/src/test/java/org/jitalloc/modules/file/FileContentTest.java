package org.jitalloc.modules.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the bytes of files go. */
final class FileContentTest {
  private static final byte[] BYTES = "what is in it".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private final ReadBuffers buffers = new ReadBuffers();

  private Path plain() throws IOException {
    return Files.write(folder.resolve("plain"), BYTES);
  }

  private Path compressed() throws IOException {
    Path file = folder.resolve("compressed");
    try (OutputStream stream = new GZIPOutputStream(Files.newOutputStream(file))) {
      stream.write(BYTES);
    }
    return file;
  }

  /** An array that was used and given back. */
  private byte[] used() {
    byte[] array = buffers.take(1);
    buffers.give(array);
    return array;
  }

  @Test
  void array_servesOneFileAfterTheOther_butNotTwoAtOnce() throws IOException {
    byte[] array = used();
    FileContent first = FileContent.read(plain(), buffers);
    FileContent second = FileContent.read(plain(), buffers);
    assertSame(array, first.bytes().array());
    assertNotSame(array, second.bytes().array());
    assertEquals(ByteBuffer.wrap(BYTES), first.bytes());
    first.giveBack(buffers);
    assertSame(array, FileContent.read(plain(), buffers).bytes().array());
  }

  @Test
  void array_isBackAsSoonAsAFileIsDecompressed() throws IOException {
    byte[] array = used();
    FileContent content = FileContent.read(compressed(), buffers);
    assertEquals(ByteBuffer.wrap(BYTES), content.bytes());
    assertSame(array, buffers.take(1));
  }

  @Test
  void whatIsKept_hasNoRoomToSpare() throws IOException {
    assertArrayEquals(BYTES, FileContent.read(plain()).bytes().array());
  }

  @Test
  void interruptedThread_reads_andStaysInterrupted() throws IOException {
    Path file = plain();
    Thread.currentThread().interrupt();
    try {
      assertEquals(ByteBuffer.wrap(BYTES), FileContent.read(file, buffers).bytes());
    } finally {
      assertTrue(Thread.interrupted());
    }
  }
}
