package org.jitalloc.modules.objects;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;

/** An archive of objects, as {@code ar} makes it. */
final class Archive {
  private static final byte[] MAGIC = "!<arch>\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 60;
  private static final int NAME_BYTES = 16;
  private static final int SIZE_AT = 48;
  private static final int SIZE_BYTES = 10;

  private Archive() {}

  static boolean isArchive(ByteBuffer file) {
    if (file.limit() < MAGIC.length) {
      return false;
    }
    var start = new byte[MAGIC.length];
    file.get(0, start);
    return Arrays.equals(start, MAGIC);
  }

  /** The members that are objects; indexes and long names are passed over. */
  static List<ByteBuffer> members(ByteBuffer file) {
    var members = new ArrayList<ByteBuffer>();
    long at = MAGIC.length;
    while (at + HEADER_BYTES <= file.limit()) {
      String name = text(file, (int) at, NAME_BYTES);
      long bytes = size(file, (int) at + SIZE_AT, at);
      long start = at + HEADER_BYTES;
      if (bytes > file.limit() - start) {
        throw malformed("member at 0x%x of %d bytes runs out of the archive", at, bytes);
      }
      boolean special = name.equals("/") || name.equals("//") || name.equals("/SYM64/");
      if (!special) {
        members.add(file.slice((int) start, (int) bytes));
      }
      at = start + bytes + (bytes & 1);
    }
    return members;
  }

  private static long size(ByteBuffer file, int at, long member) {
    String digits = text(file, at, SIZE_BYTES);
    try {
      return Long.parseUnsignedLong(digits);
    } catch (NumberFormatException wrong) {
      throw malformed("member at 0x%x has the size '%s'", member, digits);
    }
  }

  private static String text(ByteBuffer file, int at, int bytes) {
    var text = new byte[bytes];
    file.get(at, text);
    return new String(text, StandardCharsets.ISO_8859_1).stripTrailing();
  }

  private static ModuleException malformed(String problem, Object... values) {
    return new ModuleException(Reason.MALFORMED, problem.formatted(values));
  }
}
