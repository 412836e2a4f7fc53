package org.jitalloc.modules.objects;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.file.FileContent;

/**
 * An archive of objects, as {@code ar} makes it: of GNU, of BSD (long names precede the members) or
 * thin (members are files beside it). Indexes are passed over. For one thread.
 */
final class Archive {
  private static final String MAGIC = "!<arch>\n";
  private static final String THIN_MAGIC = "!<thin>\n";
  private static final int HEADER_BYTES = 60;
  private static final int NAME_BYTES = 16;
  private static final int SIZE_AT = 48;
  private static final int SIZE_BYTES = 10;
  private static final String BSD_NAME = "#1/";
  private static final String BSD_INDEX = "__.SYMDEF";

  /**
   * What is in it.
   *
   * @param name as people know it, {@code libx.a(y.o)}
   * @param content from index 0 to the limit
   */
  record Member(String name, ByteBuffer content) {}

  private final Path path;
  private final ByteBuffer file;
  private final boolean isThin;
  private final List<Member> members = new ArrayList<>();
  private String longNames = "";

  private Archive(Path path, ByteBuffer file) {
    this.path = path;
    this.file = file;
    isThin = begins(file, THIN_MAGIC);
  }

  static boolean isArchive(ByteBuffer file) {
    return begins(file, MAGIC) || begins(file, THIN_MAGIC);
  }

  private static boolean begins(ByteBuffer file, String magic) {
    return file.limit() >= magic.length() && text(file, 0, magic.length()).equals(magic);
  }

  /** All members but indexes. */
  static List<Member> members(Path path, ByteBuffer file) {
    var archive = new Archive(path, file);
    archive.read();
    return archive.members;
  }

  private void read() {
    long at = MAGIC.length();
    while (at + HEADER_BYTES <= file.limit()) {
      String name = text(file, (int) at, NAME_BYTES).stripTrailing();
      long bytes = number(text(file, (int) at + SIZE_AT, SIZE_BYTES), "size", at);
      long start = at + HEADER_BYTES;
      boolean isTable = name.equals("/") || name.equals("//") || name.equals("/SYM64/");
      if (isThin && !isTable) {
        addFile(name(name, at));
        at = start;
        continue;
      }
      if (bytes > file.limit() - start) {
        throw malformed("member at 0x%x of %d bytes runs out of the archive", at, bytes);
      }
      if (name.equals("//")) {
        longNames = text(file, (int) start, (int) bytes);
      } else if (name.startsWith(BSD_NAME)) {
        addLongNamed(name, at, (int) start, bytes);
      } else if (!isTable && !name.startsWith(BSD_INDEX)) {
        add(name(name, at), file.slice((int) start, (int) bytes));
      }
      at = start + bytes + (bytes & 1);
    }
  }

  private void addLongNamed(String header, long at, int start, long bytes) {
    long nameBytes = number(header.substring(BSD_NAME.length()), "length of a name", at);
    if (nameBytes > bytes) {
      throw malformed("member at 0x%x of %d bytes has a longer name", at, bytes);
    }
    String name = text(file, start, (int) nameBytes).replace("\0", "");
    if (!name.startsWith(BSD_INDEX)) {
      add(name, file.slice(start + (int) nameBytes, (int) (bytes - nameBytes)));
    }
  }

  private void addFile(String name) {
    add(name, FileContent.read(path.resolveSibling(name)).bytes());
  }

  private void add(String name, ByteBuffer content) {
    members.add(new Member("%s(%s)".formatted(path.getFileName(), name), content));
  }

  /** The name of a member: in the header up to a slash, or there at a place of the long names. */
  private String name(String header, long at) {
    if (header.length() > 1 && header.charAt(0) == '/') {
      long from = number(header.substring(1), "place of a name", at);
      int end = from < longNames.length() ? longNames.indexOf('\n', (int) from) : -1;
      if (end < 0) {
        throw malformed("member at 0x%x has no name at %d of the long ones", at, from);
      }
      return withoutSlash(longNames.substring((int) from, end));
    }
    return withoutSlash(header);
  }

  private static String withoutSlash(String name) {
    return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
  }

  private long number(String digits, String what, long member) {
    try {
      return Long.parseUnsignedLong(digits.strip());
    } catch (NumberFormatException wrong) {
      throw malformed("member at 0x%x has the %s '%s'", member, what, digits.strip());
    }
  }

  private static String text(ByteBuffer file, int at, int bytes) {
    var text = new byte[bytes];
    file.get(at, text);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private ModuleException malformed(String problem, Object... values) {
    return new ModuleException(
        Reason.MALFORMED, path.getFileName() + ": " + problem.formatted(values));
  }
}
