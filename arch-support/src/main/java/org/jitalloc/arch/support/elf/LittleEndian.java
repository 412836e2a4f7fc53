package org.jitalloc.arch.support.elf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers among bytes, aligned or not. */
public final class LittleEndian {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  /**
   * Reads 2 bytes.
   *
   * @param bytes the bytes
   * @param index where
   * @return the number, without a sign
   */
  public static int get16(byte[] bytes, int index) {
    return (short) SHORT.get(bytes, index) & 0xffff;
  }

  /**
   * Reads 4 bytes.
   *
   * @param bytes the bytes
   * @param index where
   * @return the number
   */
  public static int get32(byte[] bytes, int index) {
    return (int) INT.get(bytes, index);
  }

  /**
   * Reads 8 bytes.
   *
   * @param bytes the bytes
   * @param index where
   * @return the number
   */
  public static long get64(byte[] bytes, int index) {
    return (long) LONG.get(bytes, index);
  }

  /**
   * Writes 2 bytes.
   *
   * @param bytes the bytes
   * @param index where
   * @param value its low half is written
   */
  public static void put16(byte[] bytes, int index, int value) {
    SHORT.set(bytes, index, (short) value);
  }

  /**
   * Writes 4 bytes.
   *
   * @param bytes the bytes
   * @param index where
   * @param value what is written
   */
  public static void put32(byte[] bytes, int index, int value) {
    INT.set(bytes, index, value);
  }

  /**
   * Writes 8 bytes.
   *
   * @param bytes the bytes
   * @param index where
   * @param value what is written
   */
  public static void put64(byte[] bytes, int index, long value) {
    LONG.set(bytes, index, value);
  }
}
