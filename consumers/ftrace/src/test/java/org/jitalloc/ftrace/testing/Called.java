package org.jitalloc.ftrace.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.jitalloc.ImageMemory;
import org.jitalloc.JitAllocator;

/**
 * What a call site of an image gets to, as a processor would find out: by the bytes of the text, of
 * a trampoline, and of the slot that it reads.
 *
 * @param tracer where it gets to; 0 if it passes by
 * @param trampoline where the trampoline is that it leads to, if there is one; else 0
 * @param slot where that reads the address of the tracer; 0 if there is none
 */
public record Called(long tracer, long trampoline, long slot) {
  private static final int S390_SITE_BYTES = 6;

  /** Looks at the instruction of a site that changes. */
  public static Called by(JitAllocator image, long instruction) {
    ImageMemory memory = image.image().orElseThrow();
    return switch (image.target().arch()) {
      case "amd64" -> amd64(memory, instruction);
      case "arm64" -> arm64(memory, instruction);
      default -> s390(memory, instruction);
    };
  }

  private static Called call(long tracer) {
    return new Called(tracer, 0, 0);
  }

  private static Called amd64(ImageMemory memory, long site) {
    ByteBuffer code = ByteBuffer.wrap(memory.fetch(site, 5)).order(ByteOrder.LITTLE_ENDIAN);
    return switch (code.get(0) & 0xff) {
      case 0xe8 -> call(site + 5 + code.getInt(1));
      case 0x0f -> call(0);
      default -> throw unknown(site, code.array());
    };
  }

  private static Called arm64(ImageMemory memory, long site) {
    int code = ByteBuffer.wrap(memory.fetch(site, 4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (code >>> 26 == 0x25) {
      return call(site + ((long) (code << 6) >> 4));
    }
    if (code == 0xd503201f) {
      return call(0);
    }
    throw unknown(site, memory.fetch(site, 4));
  }

  private static Called s390(ImageMemory memory, long site) {
    long target = target(memory, site);
    int operation = operation(memory, site);
    if (operation == 0xc005) {
      return call(target);
    }
    if (operation == 0xc004 && target == site) {
      return call(0);
    }
    if (operation != 0xc004 && operation != 0xc0f4) {
      throw unknown(site, memory.fetch(site, S390_SITE_BYTES));
    }
    // larl %r0,behind the site; lgrl %r1,slot; br %r1
    long load = target + S390_SITE_BYTES;
    long slot = target(memory, load);
    boolean known =
        operation(memory, target) == 0xc000
            && target(memory, target) == site + S390_SITE_BYTES
            && operation(memory, load) == 0xc418
            && slot % Long.BYTES == 0
            && Arrays.equals(new byte[] {0x07, (byte) 0xf1}, memory.fetch(load + 6, 2));
    if (!known) {
      throw unknown(target, memory.fetch(target, 14));
    }
    long tracer = ByteBuffer.wrap(memory.load(slot, Long.BYTES)).getLong();
    return new Called(operation == 0xc0f4 ? tracer : 0, target, slot);
  }

  private static int operation(ImageMemory memory, long address) {
    return ByteBuffer.wrap(memory.fetch(address, 2)).getShort() & 0xffff;
  }

  private static long target(ImageMemory memory, long address) {
    return address + 2L * ByteBuffer.wrap(memory.fetch(address + 2, 4)).getInt();
  }

  private static AssertionError unknown(long address, byte[] code) {
    return new AssertionError(
        "what is this at 0x%x: %s".formatted(address, HexFormat.of().formatHex(code)));
  }
}
