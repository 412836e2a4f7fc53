package org.jitalloc.support.elf;

import java.nio.ByteBuffer;
import net.fornwall.jelf.BackingFile;

/** The bytes of a file, from which jelf cannot read outside of the file. For one thread. */
final class CheckedFile implements BackingFile {
  private final ByteBuffer bytes;

  CheckedFile(ByteBuffer bytes) {
    this.bytes = bytes.slice(0, bytes.limit());
  }

  @Override
  public void seek(long offset) {
    if (offset < 0 || offset > bytes.limit()) {
      throw new ElfFormatException(
          "offset 0x%x is outside of the file of 0x%x bytes", offset, bytes.limit());
    }
    bytes.position((int) offset);
  }

  @Override
  public void skip(int count) {
    seek((long) bytes.position() + count);
  }

  @Override
  public short readUnsignedByte() {
    require(1);
    return (short) (bytes.get() & 0xff);
  }

  @Override
  public int read(byte[] to) {
    require(to.length);
    bytes.get(to);
    return to.length;
  }

  private void require(int count) {
    if (count > bytes.remaining()) {
      throw new ElfFormatException(
          "%d bytes at offset 0x%x end outside of the file of 0x%x bytes",
          count, bytes.position(), bytes.limit());
    }
  }
}
