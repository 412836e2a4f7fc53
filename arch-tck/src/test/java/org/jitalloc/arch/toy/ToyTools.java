package org.jitalloc.arch.toy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.arch.tck.tool.Toolchain;

/**
 * The assembler of the toy: {@code operation number} or {@code operation a, b, c} on each line. The
 * number {@code _start-A+B} is the distance to address B in words if the text begins at A.
 */
final class ToyTools implements Toolchain {
  private static final String START = "_start-";
  private static final List<String> NAMES =
      List.of("trap", "nop", "jump", "call", "return", "result", "jumpif");

  @Override
  public byte[] assemble(String text) {
    var code = ByteBuffer.allocate(text.length() * ToyWord.BYTES * 8);
    for (String line : text.lines().map(String::strip).filter(ToyTools::isCode).toList()) {
      String[] parts = line.split("[ ,]+");
      if (parts[0].equals(".balign")) {
        int multiple = Integer.parseInt(parts[1]);
        while (code.position() % multiple != 0) {
          code.put(Byte.parseByte(parts[2]));
        }
      } else {
        code.putInt(word(parts, code.position()));
      }
    }
    return Arrays.copyOf(code.array(), code.position());
  }

  private static boolean isCode(String line) {
    return !line.isEmpty() && !line.endsWith(":");
  }

  private static int number(String text, int position) {
    if (!text.startsWith(START)) {
      return Integer.decode(text);
    }
    String[] places = text.substring(START.length()).split("\\+");
    long distance = Long.decode(places[1]) - Long.decode(places[0]) - position;
    return (int) (distance / ToyWord.BYTES);
  }

  private static int word(String[] parts, int position) {
    int[] numbers = Arrays.stream(parts).skip(1).mapToInt(n -> number(n, position)).toArray();
    int named = NAMES.indexOf(parts[0]);
    int operation = named >= 0 ? named : Integer.decode(parts[0].replace("op", "0x"));
    return switch (numbers.length) {
      case 0 -> ToyWord.of(operation, 0);
      case 1 -> ToyWord.of(operation, numbers[0]);
      default -> ToyWord.of(operation, numbers[0], numbers[1], numbers[2]);
    };
  }

  @Override
  public List<Decoded> disassemble(byte[] code) {
    var decoded = new ArrayList<Decoded>();
    var words = ByteBuffer.wrap(code);
    while (words.remaining() >= ToyWord.BYTES) {
      int offset = words.position();
      int word = words.getInt();
      int operation = word >>> 24;
      boolean named = operation < NAMES.size();
      boolean defined = named || operation >= ToyWord.FIRST_OTHER && operation <= ToyWord.LAST;
      String name = named ? NAMES.get(operation) : "op%x".formatted(operation);
      decoded.add(new Decoded(offset, "%s 0x%x".formatted(name, word & 0xffffff), defined));
    }
    if (words.hasRemaining()) {
      decoded.add(new Decoded(words.position(), "a part", false));
    }
    return decoded;
  }
}
