package org.jitalloc.core.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/**
 * One page. Its bytes exist once something is written that differs from what it was mapped with.
 */
final class Page {
  static final int BYTES = 4096;

  // The order does not matter: what is read in one order is written in the same.
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** Changed with all accesses shut out. */
  PageProtection protection;

  private final byte[] untouched;
  private volatile byte @Nullable [] bytes;

  /**
   * Makes a page.
   *
   * @param protection what it allows
   * @param untouched what it holds; shared with other pages, never written
   */
  Page(PageProtection protection, byte[] untouched) {
    this.protection = protection;
    this.untouched = untouched;
  }

  void read(int offset, byte[] target, int targetOffset, int length) {
    byte[] written = bytes;
    byte[] source = written == null ? untouched : written;
    copy(source, offset, target, targetOffset, length, offset);
  }

  void write(int offset, byte[] source, int sourceOffset, int length) {
    if (length < BYTES || bytes != null || !become(source, sourceOffset)) {
      copy(source, sourceOffset, own(), offset, length, offset);
    }
  }

  /** Takes all bytes as its own, if it has none: what it holds need not be copied first. */
  private synchronized boolean become(byte[] source, int sourceOffset) {
    if (bytes != null) {
      return false;
    }
    bytes = Arrays.copyOfRange(source, sourceOffset, sourceOffset + BYTES);
    return true;
  }

  private byte[] own() {
    byte[] mine = bytes;
    return mine != null ? mine : makeOwn();
  }

  private synchronized byte[] makeOwn() {
    byte[] mine = bytes;
    if (mine == null) {
      mine = untouched.clone();
      bytes = mine;
    }
    return mine;
  }

  /** Copies aligned words of 2, 4 and 8 bytes in one go, as a processor does. */
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
