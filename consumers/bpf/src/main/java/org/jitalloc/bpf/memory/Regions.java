package org.jitalloc.bpf.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The two pieces of native memory that a run can reach, by address: what it was given, and the part
 * of its stack that it may use. Everything is little-endian. Of one thread.
 */
public final class Regions {

  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE);
  private static final VarHandle ATOMIC_INT = ValueLayout.JAVA_INT.withOrder(LITTLE).varHandle();
  private static final VarHandle ATOMIC_LONG = ValueLayout.JAVA_LONG.withOrder(LITTLE).varHandle();

  private final MemorySegment stack;
  private long stackStart;
  private long stackBytes;
  private MemorySegment memory = MemorySegment.NULL;
  private long memoryStart;
  private long memoryBytes;

  /** Makes the regions of a run, with nothing within reach. */
  public Regions(MemorySegment stack) {
    this.stack = stack;
    reachStack(0);
  }

  /** Lets the run reach that many bytes at the top of the stack. */
  public void reachStack(long bytes) {
    stackBytes = bytes;
    stackStart = stackTop() - bytes;
  }

  /** Lets the run reach a native segment, and no other memory. */
  public void reachMemory(MemorySegment segment) {
    memoryBytes = segment.byteSize();
    if (memoryBytes == 0) {
      reachNoMemory();
    } else {
      memory = segment;
      memoryStart = segment.address();
    }
  }

  /** Takes the memory away. */
  public void reachNoMemory() {
    memory = MemorySegment.NULL;
    memoryStart = 0;
    memoryBytes = 0;
  }

  public MemorySegment memory() {
    return memory;
  }

  public long memoryStart() {
    return memoryStart;
  }

  public long memoryBytes() {
    return memoryBytes;
  }

  public long stackStart() {
    return stackStart;
  }

  public long stackBytes() {
    return stackBytes;
  }

  /** The first address behind the stack. */
  public long stackTop() {
    return stack.address() + stack.byteSize();
  }

  /** Where the run may go, for people. */
  public String describe() {
    return "memory [0x%x,0x%x) and stack [0x%x,0x%x)"
        .formatted(memoryStart, memoryStart + memoryBytes, stackStart, stackTop());
  }

  /** The bytes at an address, to be read and written. */
  public MemorySegment slice(long address, long bytes) {
    if (bytes == 0) {
      return memory.asSlice(0, 0);
    }
    if (bytes > 0 && inMemory(address, bytes)) {
      return memory.asSlice(address - memoryStart, bytes);
    }
    if (bytes > 0 && inStack(address, bytes)) {
      return stack.asSlice(address - stack.address(), bytes);
    }
    throw new IndexOutOfBoundsException(
        "%d bytes at 0x%x are not within the program's %s".formatted(bytes, address, describe()));
  }

  /** The string at an address, up to its zero byte. */
  public String string(long address, int maxBytes) {
    long reach = inMemory(address, 1) ? memoryStart + memoryBytes - address : stackTop() - address;
    MemorySegment bytes = slice(address, Math.min(Math.max(reach, 1), maxBytes + 1L));
    for (long i = 0; i < bytes.byteSize(); i++) {
      if (bytes.get(ValueLayout.JAVA_BYTE, i) == 0) {
        return new String(
            bytes.asSlice(0, i).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
      }
    }
    throw new IndexOutOfBoundsException(
        "the string at 0x%x does not end within %d bytes (at most %d are allowed) of the program's %s"
            .formatted(address, bytes.byteSize(), maxBytes, describe()));
  }

  /** Loads a number that is not negative, or any of 8 bytes. */
  public long load(long address, int bytes) {
    MemorySegment segment = segment(address, bytes);
    long at = address - segment.address();
    return switch (bytes) {
      case 1 -> segment.get(ValueLayout.JAVA_BYTE, at) & 0xffL;
      case 2 -> segment.get(SHORT, at) & 0xffffL;
      case 4 -> segment.get(INT, at) & 0xffff_ffffL;
      default -> segment.get(LONG, at);
    };
  }

  /** Stores the lowest bytes of a value. */
  public void store(long address, int bytes, long value) {
    MemorySegment segment = segment(address, bytes);
    long at = address - segment.address();
    switch (bytes) {
      case 1 -> segment.set(ValueLayout.JAVA_BYTE, at, (byte) value);
      case 2 -> segment.set(SHORT, at, (short) value);
      case 4 -> segment.set(INT, at, (int) value);
      default -> segment.set(LONG, at, value);
    }
  }

  /** Changes a number, at once for all threads. {@return what it was; an int not negative} */
  public long update(long address, int bytes, Update update, long operand) {
    MemorySegment segment = alignedSegment(address, bytes);
    long at = address - segment.address();
    return bytes == 8
        ? updateLong(segment, at, update, operand)
        : updateInt(segment, at, update, (int) operand) & 0xffff_ffffL;
  }

  /** Replaces a number if it is what is expected. {@return what it was; an int not negative} */
  public long compareAndExchange(long address, int bytes, long expected, long replacement) {
    MemorySegment segment = alignedSegment(address, bytes);
    long at = address - segment.address();
    if (bytes == 8) {
      return (long) ATOMIC_LONG.compareAndExchange(segment, at, expected, replacement);
    }
    int was = (int) ATOMIC_INT.compareAndExchange(segment, at, (int) expected, (int) replacement);
    return was & 0xffff_ffffL;
  }

  /** What an atomic change does to the number that is there. */
  public enum Update {
    ADD,
    OR,
    AND,
    XOR,
    EXCHANGE
  }

  private static long updateLong(MemorySegment segment, long at, Update update, long operand) {
    return switch (update) {
      case ADD -> (long) ATOMIC_LONG.getAndAdd(segment, at, operand);
      case OR -> (long) ATOMIC_LONG.getAndBitwiseOr(segment, at, operand);
      case AND -> (long) ATOMIC_LONG.getAndBitwiseAnd(segment, at, operand);
      case XOR -> (long) ATOMIC_LONG.getAndBitwiseXor(segment, at, operand);
      case EXCHANGE -> (long) ATOMIC_LONG.getAndSet(segment, at, operand);
    };
  }

  private static int updateInt(MemorySegment segment, long at, Update update, int operand) {
    return switch (update) {
      case ADD -> (int) ATOMIC_INT.getAndAdd(segment, at, operand);
      case OR -> (int) ATOMIC_INT.getAndBitwiseOr(segment, at, operand);
      case AND -> (int) ATOMIC_INT.getAndBitwiseAnd(segment, at, operand);
      case XOR -> (int) ATOMIC_INT.getAndBitwiseXor(segment, at, operand);
      case EXCHANGE -> (int) ATOMIC_INT.getAndSet(segment, at, operand);
    };
  }

  private MemorySegment alignedSegment(long address, int bytes) {
    if ((address & (bytes - 1)) != 0) {
      throw new AccessFault(address);
    }
    return segment(address, bytes);
  }

  private MemorySegment segment(long address, int bytes) {
    if (inMemory(address, bytes)) {
      return memory;
    }
    if (inStack(address, bytes)) {
      return stack;
    }
    throw new AccessFault(address);
  }

  private boolean inMemory(long address, long bytes) {
    return fits(address - memoryStart, memoryBytes, bytes);
  }

  private boolean inStack(long address, long bytes) {
    return fits(address - stackStart, stackBytes, bytes);
  }

  /** Whether bytes at an offset are inside of a region; nothing here can overflow. */
  private static boolean fits(long offset, long regionBytes, long bytes) {
    return offset >= 0 && offset <= regionBytes - bytes;
  }
}
