package org.jitalloc.core.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/**
 * A page, copy-on-write: it shares its initial content with other pages until the first write.
 * Reads and writes are thread-safe.
 */
final class Page {
  /** The length of a page, in bytes. */
  static final int BYTES = 4096;

  // Any byte order works, because each value is read and written in the same order.
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** Guarded by the lock of the address space. */
  PageProtection protection;

  private final byte[] initial;

  /** The private copy of the content; null before the first write. */
  private volatile byte @Nullable [] bytes;

  /**
   * Creates a page.
   *
   * @param protection the permissions
   * @param initial the initial content, shared with other pages and never changed
   */
  Page(PageProtection protection, byte[] initial) {
    this.protection = protection;
    this.initial = initial;
  }

  void read(int offset, byte[] target, int targetOffset, int length) {
    byte[] written = bytes;
    byte[] source = written == null ? initial : written;
    copy(source, offset, target, targetOffset, length, offset);
  }

  void write(int offset, byte[] source, int sourceOffset, int length) {
    if (length < BYTES || bytes != null || !setWhole(source, sourceOffset)) {
      copy(source, sourceOffset, privateCopy(), offset, length, offset);
    }
  }

  /** Sets the content of the whole page, unless a private copy exists. This saves one copy. */
  private synchronized boolean setWhole(byte[] source, int sourceOffset) {
    if (bytes != null) {
      return false;
    }
    bytes = Arrays.copyOfRange(source, sourceOffset, sourceOffset + BYTES);
    return true;
  }

  private byte[] privateCopy() {
    byte[] copy = bytes;
    return copy != null ? copy : copyInitial();
  }

  private synchronized byte[] copyInitial() {
    byte[] copy = bytes;
    if (copy == null) {
      copy = initial.clone();
      bytes = copy;
    }
    return copy;
  }

  /** Copies bytes. An aligned word of 2, 4 or 8 bytes is copied by one load and one store. */
  private static void copy(byte[] from, int at, byte[] to, int toAt, int length, int pageOffset) {
    if ((pageOffset & length - 1) != 0) {
      System.arraycopy(from, at, to, toAt, length);
      return;
    }
    switch (length) {
      case 2 -> SHORT.set(to, toAt, (short) SHORT.get(from, at));
      case 4 -> INT.set(to, toAt, (int) INT.get(from, at));
      case 8 -> LONG.set(to, toAt, (long) LONG.get(from, at));
      default -> System.arraycopy(from, at, to, toAt, length);
    }
  }
}
