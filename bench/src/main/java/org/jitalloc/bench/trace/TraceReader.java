package org.jitalloc.bench.trace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads traces strictly: a malformed line is an error, because a comparison needs the exact trace.
 */
public final class TraceReader {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int SHOWN_BYTES = 40;
  private static final int END = -1;

  private final String name;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;

  private int line = 1;
  private final byte[] seen = new byte[SHOWN_BYTES];
  private int seenBytes;

  private int[] ids = new int[1 << 16];
  private int[] bytes = new int[1 << 16];
  private int count;
  private final Set<Integer> live = new HashSet<>();

  private TraceReader(String name, InputStream in) {
    this.name = name;
    this.in = in;
  }

  /**
   * Reads a trace.
   *
   * @param file the file
   * @return the trace
   * @throws TraceException if it is malformed, with the line
   * @throws IOException if the file cannot be read
   */
  public static AllocationTrace read(Path file) throws IOException, TraceException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in);
    }
  }

  static AllocationTrace read(String name, InputStream in) throws IOException, TraceException {
    var reader = new TraceReader(name, in);
    while (reader.readLine()) {}
    if (reader.count == 0) {
      throw new TraceException(name + " is empty: a trace starts with allocations, `A id bytes`");
    }
    var trace =
        new AllocationTrace(
            Arrays.copyOf(reader.ids, reader.count), Arrays.copyOf(reader.bytes, reader.count));
    if (trace.operations() == 0) {
      throw new TraceException(
          "%s holds %d allocations, but no free and allocation after them to be measured"
              .formatted(name, trace.start()));
    }
    return trace;
  }

  private boolean readLine() throws IOException, TraceException {
    seenBytes = 0;
    int first = next();
    switch (first) {
      case END -> {
        return false;
      }
      case 'A' -> {
        expectBlank();
        int id = number(' ', "id");
        int size = number('\n', "number of bytes");
        if (size == 0) {
          throw wrong("an allocation of 0 bytes");
        }
        if (!live.add(id)) {
          throw wrong("%d is allocated again before it is freed".formatted(id));
        }
        add(id, size);
      }
      case 'F' -> {
        expectBlank();
        int id = number('\n', "id");
        if (!live.remove(id)) {
          throw wrong("%d is not live: never allocated, or freed before".formatted(id));
        }
        add(id, 0);
      }
      default -> throw wrong("neither `A id bytes` nor `F id`");
    }
    line++;
    return true;
  }

  private void expectBlank() throws IOException, TraceException {
    if (next() != ' ') {
      throw wrong("neither `A id bytes` nor `F id`");
    }
  }

  /**
   * Reads digits and the character that must follow them; the end of the file is the end of a line.
   */
  private int number(char after, String what) throws IOException, TraceException {
    long value = 0;
    int digits = 0;
    int c = next();
    for (; c >= '0' && c <= '9'; c = next(), digits++) {
      value = value * 10 + (c - '0');
      if (value > Integer.MAX_VALUE) {
        throw wrong("the %s is larger than %d".formatted(what, Integer.MAX_VALUE));
      }
    }
    if (digits == 0) {
      throw wrong("there is no " + what);
    }
    if (c != after && !(c == END && after == '\n')) {
      throw wrong(after == ' ' ? "nothing follows the " + what : "something follows the " + what);
    }
    return (int) value;
  }

  private void add(int id, int size) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
      bytes = Arrays.copyOf(bytes, 2 * count);
    }
    ids[count] = id;
    bytes[count++] = size;
  }

  private int next() throws IOException {
    if (position == limit) {
      limit = Math.max(0, in.read(buffer));
      position = 0;
      if (limit == 0) {
        return END;
      }
    }
    byte c = buffer[position++];
    if (seenBytes < SHOWN_BYTES) {
      seen[seenBytes++] = c;
    }
    return c & 0xff;
  }

  private TraceException wrong(String what) throws IOException {
    boolean inside = seenBytes > 0 && seen[seenBytes - 1] != '\n';
    while (inside && seenBytes < SHOWN_BYTES) {
      int c = next();
      inside = c != END && c != '\n';
    }
    String text =
        new String(seen, 0, seenBytes, StandardCharsets.US_ASCII)
            .strip()
            .replaceAll("[^\\x20-\\x7e]", "?");
    return new TraceException("%s:%d: %s: `%s`".formatted(name, line, what, text));
  }
}
