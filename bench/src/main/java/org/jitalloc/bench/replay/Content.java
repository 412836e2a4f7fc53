package org.jitalloc.bench.replay;

import java.util.Arrays;
import org.jitalloc.JitMemory;
import org.jspecify.annotations.Nullable;

/** Fills allocations from a prepared array, so that only the write is measured. */
final class Content {
  private static final int PIECE_BYTES = 8 << 10;
  private static final byte NOP = (byte) 0x90;

  private final byte[] @Nullable [] pieces = new byte[PIECE_BYTES + 1][];

  void fill(JitMemory memory, int bytes) {
    int offset = 0;
    for (; bytes - offset > PIECE_BYTES; offset += PIECE_BYTES) {
      memory.write(offset, piece(PIECE_BYTES));
    }
    memory.write(offset, piece(bytes - offset));
  }

  private byte[] piece(int bytes) {
    byte[] piece = pieces[bytes];
    if (piece == null) {
      piece = new byte[bytes];
      Arrays.fill(piece, NOP);
      pieces[bytes] = piece;
    }
    return piece;
  }
}
