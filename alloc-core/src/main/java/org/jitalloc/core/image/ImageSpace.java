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
 * are the accesses of its processor: they require the permissions of the pages. {@link #read},
 * {@link #write} and {@link #fill} are supervisor accesses: they require mapped pages and ignore
 * permissions. A range is a first address and a length in bytes.
 *
 * <p>Thread-safe. Accesses run concurrently with each other, but not with a change of pages or
 * permissions. Two accesses to the same bytes race as on a processor: an access to an aligned word
 * of 2, 4 or 8 bytes is atomic, any other access is not. A range that reaches the end of the
 * address space continues at address 0.
 */
public final class ImageSpace implements ImageMemory {
  /** The length of a page, in bytes. */
  public static final int PAGE_BYTES = Page.BYTES;

  private static final int PAGE_SHIFT = Integer.numberOfTrailingZeros(PAGE_BYTES);

  private final String target;

  /** Guarded by {@link #lock}. */
  private final PageTable pages = new PageTable();

  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /**
   * Creates an address space without pages.
   *
   * @param target the name of the target, for messages
   */
  public ImageSpace(String target) {
    this.target = target;
  }

  /**
   * Maps pages.
   *
   * @param address the first address, a multiple of the page length
   * @param bytes the length, a positive multiple of the page length
   * @param protection the permissions of the pages
   * @param pattern the content of the pages, repeated; its length divides the page length
   * @throws IllegalArgumentException if a page is already mapped, the range does not consist of
   *     whole pages or passes the end of the address space, or the pattern has another length;
   *     nothing is mapped then
   */
  public void map(long address, long bytes, PageProtection protection, byte[] pattern) {
    requirePages(address, bytes);
    byte[] content = repeat(pattern);
    lock.writeLock().lock();
    try {
      forEachPage(address, bytes, page -> require(!pages.has(page), "is already mapped", page));
      forEachPage(address, bytes, page -> pages.add(page, new Page(protection, content)));
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Changes the permissions of pages.
   *
   * @param address the first address, a multiple of the page length
   * @param bytes the length, a positive multiple of the page length
   * @param protection the new permissions
   * @throws IllegalArgumentException if a page is not mapped, or the range does not consist of
   *     whole pages or passes the end of the address space; nothing is changed then
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
   * Unmaps pages and discards their content.
   *
   * @param address the first address, a multiple of the page length
   * @param bytes the length, a positive multiple of the page length
   * @throws IllegalArgumentException if a page is not mapped, or the range does not consist of
   *     whole pages or passes the end of the address space; nothing is unmapped then
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
   * Unmaps those pages of a range that are mapped, and discards their content.
   *
   * @param address the first address, a multiple of the page length
   * @param bytes the length, a positive multiple of the page length
   * @throws IllegalArgumentException if the range does not consist of whole pages or passes the end
   *     of the address space
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

  /** Unmaps all pages. */
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
   * Reads memory, whatever the permissions of its pages.
   *
   * @param address the first address
   * @param length the number of bytes
   * @return a copy
   * @throws AccessViolationException if a page is not mapped
   */
  public byte[] read(long address, int length) {
    return copyOut(address, length, Access.LOAD, _ -> true);
  }

  /**
   * Writes memory, whatever the permissions of its pages.
   *
   * @param address the first address
   * @param bytes the new content
   * @throws AccessViolationException if a page is not mapped; nothing is written then
   */
  public void write(long address, byte[] bytes) {
    copyIn(address, bytes, _ -> true);
  }

  /**
   * Fills memory with a repeated pattern, whatever the permissions of its pages.
   *
   * @param address the first address
   * @param bytes the number of bytes to fill
   * @param pattern the pattern; each repetition starts at a multiple of its length, which is a
   *     power of two
   * @throws AccessViolationException if a page is not mapped; nothing is written then
   */
  public void fill(long address, long bytes, byte[] pattern) {
    if (bytes < 0) {
      throw new IllegalArgumentException("negative length: bytes=" + bytes);
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
   * Checks that all pages of a range are mapped, whatever their permissions.
   *
   * @param address the first address
   * @param bytes the length
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
      throw new IllegalArgumentException("negative length: length=" + length);
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

  /** Throws if a page of the range is not mapped or does not allow the access. */
  private void check(long address, long bytes, Access access, Predicate<PageProtection> allows) {
    long done = 0;
    while (done < bytes) {
      allowed(address + done, access, allows);
      done += PAGE_BYTES - offset(address + done);
    }
  }

  /** {@return the page of an address, which allows the access} */
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
          "the range does not consist of whole pages: target=%s address=0x%x bytes=%d"
              .formatted(target, address, bytes));
    }
  }

  private static byte[] repeat(byte[] pattern) {
    if (pattern.length == 0 || PAGE_BYTES % pattern.length != 0) {
      throw new IllegalArgumentException(
          "the length of the pattern does not divide %d: length=%d"
              .formatted(PAGE_BYTES, pattern.length));
    }
    byte[] content = Arrays.copyOf(pattern, PAGE_BYTES);
    for (int done = pattern.length; done < PAGE_BYTES; done += pattern.length) {
      System.arraycopy(pattern, 0, content, done, pattern.length);
    }
    return content;
  }
}
