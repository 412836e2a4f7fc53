package org.jitalloc.arch.support.elf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Accesses numbers of one byte order in byte arrays, aligned or not.
 *
 * @param reversed whether the byte order differs from that of this machine
 */
public record ByteAccess(boolean reversed) {
  // A record: the JIT compiler treats fields of a constant record as constants, so no order is
  // tested.

  /** Little-endian numbers. */
  public static final ByteAccess LITTLE_ENDIAN = of(ByteOrder.LITTLE_ENDIAN);

  /** Big-endian numbers. */
  public static final ByteAccess BIG_ENDIAN = of(ByteOrder.BIG_ENDIAN);

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static ByteAccess of(ByteOrder order) {
    return new ByteAccess(order != ByteOrder.nativeOrder());
  }

  /**
   * Reads 2 bytes.
   *
   * @param bytes the bytes
   * @param index the index of the first
   * @return the number, without a sign
   */
  public int get16(byte[] bytes, int index) {
    return ordered((short) SHORT.get(bytes, index)) & 0xffff;
  }

  /**
   * Reads 4 bytes.
   *
   * @param bytes the bytes
   * @param index the index of the first
   * @return the number
   */
  public int get32(byte[] bytes, int index) {
    return ordered((int) INT.get(bytes, index));
  }

  /**
   * Reads 8 bytes.
   *
   * @param bytes the bytes
   * @param index the index of the first
   * @return the number
   */
  public long get64(byte[] bytes, int index) {
    return ordered((long) LONG.get(bytes, index));
  }

  /**
   * Writes 2 bytes.
   *
   * @param bytes the bytes
   * @param index the index of the first
   * @param value the number, of which the low half is written
   */
  public void put16(byte[] bytes, int index, int value) {
    SHORT.set(bytes, index, ordered((short) value));
  }

  /**
   * Writes 4 bytes.
   *
   * @param bytes the bytes
   * @param index the index of the first
   * @param value what is written
   */
  public void put32(byte[] bytes, int index, int value) {
    INT.set(bytes, index, ordered(value));
  }

  /**
   * Writes 8 bytes.
   *
   * @param bytes the bytes
   * @param index the index of the first
   * @param value what is written
   */
  public void put64(byte[] bytes, int index, long value) {
    LONG.set(bytes, index, ordered(value));
  }

  private short ordered(short value) {
    return reversed ? Short.reverseBytes(value) : value;
  }

  private int ordered(int value) {
    return reversed ? Integer.reverseBytes(value) : value;
  }

  private long ordered(long value) {
    return reversed ? Long.reverseBytes(value) : value;
  }
}
