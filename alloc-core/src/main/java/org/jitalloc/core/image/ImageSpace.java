package org.jitalloc.core.image;

import java.util.Arrays;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.jitalloc.AccessViolationException;
import org.jitalloc.AccessViolationException.Access;
import org.jitalloc.ImageMemory;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/**
 * A sparse address space of 2<sup>64</sup> bytes. {@link #load}, {@link #store} and {@link #fetch}
 * are what its processor may do; {@link #read}, {@link #write} and {@link #fill} are the
 * supervisor's door, which asks whether a page is there but not what it allows.
 *
 * <p>Accesses run at the same time as each other and never at the same time as a change of pages or
 * permissions. Two accesses to the same bytes race as on a machine: aligned words of 2, 4 and 8
 * bytes are seen whole, anything else may be seen in parts. An access that runs over the last
 * address goes on at 0.
 */
public final class ImageSpace implements ImageMemory {
  /** The length of a page. */
  public static final int PAGE_BYTES = Page.BYTES;

  private static final int PAGE_SHIFT = Integer.numberOfTrailingZeros(PAGE_BYTES);

  private final String target;

  /** Changed under the write lock, looked up under the read lock. */
  private final PageTable pages = new PageTable();

  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /**
   * Makes an address space without pages.
   *
   * @param target the name of the target, for messages
   */
  public ImageSpace(String target) {
    this.target = target;
  }

  /**
   * Maps pages. All or none.
   *
   * @param address the first address, a multiple of the page length
   * @param bytes how many, a multiple of the page length
   * @param protection what they allow
   * @param pattern what they hold, repeated; its length divides the page length
   * @throws IllegalArgumentException if a page is mapped already, or an argument is no multiple
   */
  public void map(long address, long bytes, PageProtection protection, byte[] pattern) {
    requirePages(address, bytes);
    byte[] content = repeat(pattern);
    lock.writeLock().lock();
    try {
      forEachPage(address, bytes, page -> require(!pages.has(page), "is mapped", page));
      forEachPage(address, bytes, page -> pages.add(page, new Page(protection, content)));
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Changes what pages allow. All or none.
   *
   * @param address the first address, a multiple of the page length
   * @param bytes how many, a multiple of the page length
   * @param protection what they allow from now on
   * @throws IllegalArgumentException if a page is not mapped, or an argument is no multiple
   */
  public void protect(long address, long bytes, PageProtection protection) {
    requirePages(address, bytes);
    lock.writeLock().lock();
    try {
      forEachPage(address, bytes, page -> require(pages.has(page), "is not mapped", page));
      forEachPage(
          address,
          bytes,
          number -> {
            Page page = pages.get(number);
            if (page != null) {
              page.protection = protection;
            }
          });
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Takes pages away, with what they hold. All or none.
   *
   * @param address the first address, a multiple of the page length
   * @param bytes how many, a multiple of the page length
   * @throws IllegalArgumentException if a page is not mapped, or an argument is no multiple
   */
  public void unmap(long address, long bytes) {
    requirePages(address, bytes);
    lock.writeLock().lock();
    try {
      forEachPage(address, bytes, page -> require(pages.has(page), "is not mapped", page));
      forEachPage(address, bytes, pages::remove);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Takes those pages away that are there, with what they hold.
   *
   * @param address the first address, a multiple of the page length
   * @param bytes how many, a multiple of the page length
   * @throws IllegalArgumentException if an argument is no multiple
   */
  public void unmapPresent(long address, long bytes) {
    requirePages(address, bytes);
    lock.writeLock().lock();
    try {
      forEachPage(address, bytes, pages::remove);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Takes all pages away. */
  public void clear() {
    lock.writeLock().lock();
    try {
      pages.clear();
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public byte[] load(long address, int length) {
    return copyOut(address, length, Access.LOAD, PageProtection::readable);
  }

  @Override
  public byte[] fetch(long address, int length) {
    return copyOut(address, length, Access.FETCH, PageProtection::executable);
  }

  @Override
  public void store(long address, byte[] bytes) {
    copyIn(address, bytes, PageProtection::writable);
  }

  /**
   * Reads whatever the pages allow.
   *
   * @param address the first address
   * @param length how many bytes
   * @return a copy
   * @throws AccessViolationException if a page is not mapped
   */
  public byte[] read(long address, int length) {
    return copyOut(address, length, Access.LOAD, _ -> true);
  }

  /**
   * Writes whatever the pages allow. All or nothing.
   *
   * @param address the first address
   * @param bytes what to write
   * @throws AccessViolationException if a page is not mapped
   */
  public void write(long address, byte[] bytes) {
    copyIn(address, bytes, _ -> true);
  }

  /**
   * Fills whatever the pages allow. All or nothing.
   *
   * @param address the first address
   * @param bytes how many bytes
   * @param pattern what to write; it starts anew at each multiple of its length, a power of two
   * @throws AccessViolationException if a page is not mapped
   */
  public void fill(long address, long bytes, byte[] pattern) {
    if (bytes < 0) {
      throw new IllegalArgumentException("not a length: bytes=" + bytes);
    }
    byte[] content = repeat(pattern);
    lock.readLock().lock();
    try {
      check(address, bytes, Access.STORE, _ -> true);
      long done = 0;
      while (done < bytes) {
        int offset = offset(address + done);
        int length = (int) Math.min(bytes - done, PAGE_BYTES - offset);
        allowed(address + done, Access.STORE, _ -> true).write(offset, content, offset, length);
        done += length;
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Looks whether all pages are there, whatever they allow.
   *
   * @param address the first address
   * @param bytes how many bytes
   * @throws AccessViolationException if a page is not mapped
   */
  public void requireMapped(long address, long bytes) {
    lock.readLock().lock();
    try {
      check(address, bytes, Access.LOAD, _ -> true);
    } finally {
      lock.readLock().unlock();
    }
  }

  private byte[] copyOut(
      long address, int length, Access access, Predicate<PageProtection> allows) {
    if (length < 0) {
      throw new IllegalArgumentException("not a length: length=" + length);
    }
    var copy = new byte[length];
    lock.readLock().lock();
    try {
      int done = 0;
      while (done < length) {
        int offset = offset(address + done);
        int part = Math.min(length - done, PAGE_BYTES - offset);
        allowed(address + done, access, allows).read(offset, copy, done, part);
        done += part;
      }
    } finally {
      lock.readLock().unlock();
    }
    return copy;
  }

  private void copyIn(long address, byte[] bytes, Predicate<PageProtection> allows) {
    lock.readLock().lock();
    try {
      check(address, bytes.length, Access.STORE, allows);
      int done = 0;
      while (done < bytes.length) {
        int offset = offset(address + done);
        int part = Math.min(bytes.length - done, PAGE_BYTES - offset);
        allowed(address + done, Access.STORE, allows).write(offset, bytes, done, part);
        done += part;
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Throws unless all pages of an access allow it. */
  private void check(long address, long bytes, Access access, Predicate<PageProtection> allows) {
    long done = 0;
    while (done < bytes) {
      allowed(address + done, access, allows);
      done += PAGE_BYTES - offset(address + done);
    }
  }

  private Page allowed(long address, Access access, Predicate<PageProtection> allows) {
    long number = address >>> PAGE_SHIFT;
    Page page = pages.get(number);
    if (page == null || !allows.test(page.protection)) {
      throw new AccessViolationException(
          target, address, access, number << PAGE_SHIFT, describe(page));
    }
    return page;
  }

  private static String describe(@Nullable Page page) {
    return page == null ? "unmapped" : page.protection.letters();
  }

  private interface PageAction {
    void at(long number);
  }

  private static void forEachPage(long address, long bytes, PageAction action) {
    long first = address >>> PAGE_SHIFT;
    long count = bytes >>> PAGE_SHIFT;
    for (long number = first; number < first + count; number++) {
      action.at(number);
    }
  }

  private static int offset(long address) {
    return (int) (address & PAGE_BYTES - 1);
  }

  private void require(boolean condition, String problem, long page) {
    if (!condition) {
      throw new IllegalArgumentException(
          "page %s: target=%s page=0x%x".formatted(problem, target, page << PAGE_SHIFT));
    }
  }

  private void requirePages(long address, long bytes) {
    boolean whole = ((address | bytes) & PAGE_BYTES - 1) == 0;
    if (!whole || bytes <= 0 || Long.compareUnsigned(address, address + bytes - 1) > 0) {
      throw new IllegalArgumentException(
          "not whole pages: target=%s address=0x%x bytes=%d".formatted(target, address, bytes));
    }
  }

  private static byte[] repeat(byte[] pattern) {
    if (pattern.length == 0 || PAGE_BYTES % pattern.length != 0) {
      throw new IllegalArgumentException(
          "a pattern's length has to divide %d: length=%d".formatted(PAGE_BYTES, pattern.length));
    }
    byte[] content = Arrays.copyOf(pattern, PAGE_BYTES);
    for (int done = pattern.length; done < PAGE_BYTES; done += pattern.length) {
      System.arraycopy(pattern, 0, content, done, pattern.length);
    }
    return content;
  }
}
