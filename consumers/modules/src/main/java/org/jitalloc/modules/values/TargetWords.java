package org.jitalloc.modules.values;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.ModuleMemory;
import org.jitalloc.Purpose;

/**
 * A module's memory by addresses, with texts that were put beside it for pointers to point to. Not
 * thread-safe.
 */
final class TargetWords {
  /** A page, as much as sysfs shows. */
  static final int MOST_TEXT_BYTES = 4096;

  private static final int POINTER_BYTES = 8;
  private static final int PIECE_BYTES = 256;

  private final JitAllocator allocator;
  private final ModuleMemory memory;
  private final ByteOrder order;

  /** By the address of the pointer. */
  private final Map<Long, JitMemory> texts = new HashMap<>();

  TargetWords(JitAllocator allocator, ModuleMemory memory) {
    this.allocator = allocator;
    this.memory = memory;
    order = allocator.target().byteOrder();
  }

  private Optional<JitMemory> memory(long address, int bytes) {
    return Stream.concat(memory.memories().stream(), texts.values().stream())
        .filter(
            one -> one.span().contains(address) && bytes <= one.bytes() - (address - one.address()))
        .findFirst();
  }

  boolean has(long address, int bytes) {
    return memory(address, bytes).isPresent();
  }

  byte[] read(long address, int bytes) {
    JitMemory one = memory(address, bytes).orElseThrow(() -> missing(address));
    return one.read(address - one.address(), bytes);
  }

  void write(long address, byte[] bytes) {
    JitMemory one = memory(address, bytes.length).orElseThrow(() -> missing(address));
    one.write(address - one.address(), bytes);
  }

  private static IllegalArgumentException missing(long address) {
    return new IllegalArgumentException("0x%x is not in the module".formatted(address));
  }

  /** A number of as many bytes, with sign. */
  long number(long address, int bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(read(address, bytes)).order(order);
    return switch (bytes) {
      case 1 -> buffer.get();
      case 2 -> buffer.getShort();
      case 4 -> buffer.getInt();
      default -> buffer.getLong();
    };
  }

  byte[] bytes(long number, int bytes) {
    byte[] word = ByteBuffer.allocate(Long.BYTES).order(order).putLong(number).array();
    return order == ByteOrder.LITTLE_ENDIAN
        ? Arrays.copyOf(word, bytes)
        : Arrays.copyOfRange(word, Long.BYTES - bytes, Long.BYTES);
  }

  /**
   * Text up to the byte 0 that ends it, or to the end of its memory, or to {@link
   * #MOST_TEXT_BYTES}. It is read in pieces.
   */
  Optional<String> text(long address) {
    return memory(address, 1).map(one -> text(one, (int) (address - one.address())));
  }

  private static String text(JitMemory memory, int start) {
    var text = new ByteArrayOutputStream();
    int end = (int) Math.min(memory.bytes(), (long) start + MOST_TEXT_BYTES);
    for (int at = start; at < end; at += PIECE_BYTES) {
      for (byte letter : memory.read(at, Math.min(PIECE_BYTES, end - at))) {
        if (letter == 0) {
          return text.toString(StandardCharsets.UTF_8);
        }
        text.write(letter);
      }
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  /** Puts text beside the module, points a pointer to it, and forgets what it pointed to. */
  void point(long pointer, String text) {
    if (!has(pointer, POINTER_BYTES)) {
      throw missing(pointer);
    }
    byte[] bytes = ended(text);
    var request = new AllocationRequest(ModMemType.DATA, Purpose.MODULES, bytes.length, 1, null);
    JitMemory beside = allocator.allocate(request);
    try {
      beside.write(0, bytes);
      beside.publish();
      write(pointer, bytes(beside.address(), POINTER_BYTES));
    } catch (RuntimeException failure) {
      beside.close();
      throw failure;
    }
    JitMemory before = texts.put(pointer, beside);
    if (before != null) {
      before.close();
    }
  }

  static byte[] ended(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  void close() {
    texts.values().forEach(JitMemory::close);
    texts.clear();
  }
}
