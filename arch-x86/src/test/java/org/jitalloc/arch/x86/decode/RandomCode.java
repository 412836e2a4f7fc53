package org.jitalloc.arch.x86.decode;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/**
 * Bytes that are often almost instructions: of every map, with any prefixes, operands and numbers.
 */
final class RandomCode {
  private static final int[] PREFIXES = {
    0x66, 0x66, 0xf2, 0xf3, 0xf0, 0x67, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65, 0x9b
  };
  private static final int[] EVEX_MAPS = {1, 1, 2, 2, 3, 5, 6};

  private final Random random;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  RandomCode(long seed) {
    random = new Random(seed);
  }

  byte[] bytes(int count) {
    out.reset();
    while (out.size() < count) {
      piece();
    }
    return out.toByteArray();
  }

  private void piece() {
    switch (random.nextInt(8)) {
      case 0 -> any(1 + random.nextInt(12));
      case 1 -> vector(0x62, 0xf0 ^ highBits() | EVEX_MAPS[random.nextInt(EVEX_MAPS.length)]);
      case 2 -> vector(0xc4, 0xe0 ^ highBits() | 1 + random.nextInt(3));
      case 3 -> {
        out.write(0xc5);
        any(1);
      }
      case 4 -> vector(0x8f, 0xe0 ^ highBits() | 8 + random.nextInt(3));
      case 5 -> {
        prefixes();
        out.write(0x0f);
        if (random.nextInt(2) == 0) {
          out.write(random.nextBoolean() ? 0x38 : 0x3a);
        }
      }
      case 6 -> {
        prefixes();
        out.write(0xd8 + random.nextInt(8));
      }
      default -> prefixes();
    }
    any(1);
    any(random.nextInt(11));
  }

  private int highBits() {
    return random.nextBoolean() ? 0 : random.nextInt(8) << 5;
  }

  private void prefixes() {
    while (random.nextInt(3) == 0) {
      out.write(PREFIXES[random.nextInt(PREFIXES.length)]);
    }
    if (random.nextInt(3) == 0) {
      out.write(0x40 | random.nextInt(16));
    }
  }

  /** The second field often names no register, as most instructions want it. */
  private void vector(int first, int second) {
    if (random.nextInt(16) == 0) {
      prefixes();
    }
    out.write(first);
    out.write(second);
    int source = random.nextBoolean() ? 0x78 : random.nextInt(16) << 3;
    int bit = first == 0x62 ? 4 : random.nextInt(2) << 2;
    out.write(random.nextInt(4) | bit | source | random.nextInt(2) << 7);
    if (first != 0x62) {
      return;
    }
    out.write(
        random.nextBoolean()
            ? random.nextInt(3) << 5 | 8 | random.nextInt(2)
            : random.nextInt(256));
  }

  private void any(int count) {
    for (int i = 0; i < count; i++) {
      out.write(random.nextInt(256));
    }
  }
}
